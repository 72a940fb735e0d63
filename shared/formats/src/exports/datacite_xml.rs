//! `DataCite` 4.5 as XML: the same as the JSON, in the elements of its schema.

use serde_json::Value;

use super::{
    datacite,
    source::{Source, list, text as said},
    xml::{Element, around, element, text},
};

const NAMESPACE: &str = "http://datacite.org/schema/kernel-4";
const LOCATION: &str =
    "http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-4.5/metadata.xsd";
/// Types of funders' identifiers in the schema; others are `Other`.
const FUNDERS: [&str; 4] = ["ISNI", "GRID", "ROR", "Crossref Funder ID"];

/// The document of a record.
pub(super) fn write(source: Source<'_>) -> String {
    tree(source).document()
}

/// The element of a record.
pub(super) fn tree(source: Source<'_>) -> Element {
    let json = datacite::write(source);
    let rows = |key: &str| list(&json[key]);
    let one = |name: &'static str| said(&json[name]).map(|value| text(name, value));
    let parts: [Option<Element>; 19] = [
        around("alternateIdentifiers", rows("alternateIdentifiers").iter().map(alternate).collect()),
        around("creators", rows("creators").iter().map(creator).collect()),
        around("titles", rows("titles").iter().map(title).collect()),
        said(&json["publisher"]["name"]).map(|name| text("publisher", name)),
        one("publicationYear"),
        around("subjects", rows("subjects").iter().map(subject).collect()),
        around("contributors", rows("contributors").iter().map(contributor).collect()),
        around("dates", rows("dates").iter().map(date).collect()),
        one("language"),
        Some(kind(&json["types"])),
        Some(identifier(source)),
        around("relatedIdentifiers", rows("relatedIdentifiers").iter().map(related).collect()),
        around("sizes", plain("size", rows("sizes"))),
        around("formats", plain("format", rows("formats"))),
        one("version"),
        around("rightsList", rows("rightsList").iter().map(right).collect()),
        around("descriptions", rows("descriptions").iter().map(description).collect()),
        around("geoLocations", rows("geoLocations").iter().map(place).collect()),
        around("fundingReferences", rows("fundingReferences").iter().map(funding).collect()),
    ];
    element("resource")
        .with("xmlns", NAMESPACE)
        .with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .with("xsi:schemaLocation", LOCATION)
        .holding(parts.into_iter().flatten())
}

/// The text of a row's key.
fn of(row: &Value, key: &str) -> String {
    said(&row[key]).unwrap_or_default().to_owned()
}

/// The schema wants an identifier: the page of what has no DOI.
fn identifier(source: Source<'_>) -> Element {
    match source.doi() {
        Some(doi) => text("identifier", doi).with("identifierType", "DOI"),
        None => text("identifier", source.page()).with("identifierType", "URL"),
    }
}

fn plain(name: &'static str, rows: &[Value]) -> Vec<Element> {
    rows.iter().filter_map(said).map(|value| text(name, value)).collect()
}

fn kind(types: &Value) -> Element {
    text("resourceType", of(types, "resourceType"))
        .with("resourceTypeGeneral", of(types, "resourceTypeGeneral"))
}

fn alternate(row: &Value) -> Element {
    text("alternateIdentifier", of(row, "alternateIdentifier"))
        .with("alternateIdentifierType", of(row, "alternateIdentifierType"))
}

fn creator(row: &Value) -> Element {
    element("creator").holding(agent("creatorName", row))
}

fn contributor(row: &Value) -> Element {
    element("contributor")
        .with("contributorType", of(row, "contributorType"))
        .holding(agent("contributorName", row))
}

fn agent(name: &'static str, row: &Value) -> Vec<Element> {
    let mut parts = vec![text(name, of(row, "name")).with("nameType", of(row, "nameType"))];
    parts.extend(said(&row["givenName"]).map(|given| text("givenName", given)));
    parts.extend(said(&row["familyName"]).map(|family| text("familyName", family)));
    parts.extend(list(&row["nameIdentifiers"]).iter().map(|id| {
        text("nameIdentifier", of(id, "nameIdentifier"))
            .with("nameIdentifierScheme", of(id, "nameIdentifierScheme"))
    }));
    parts.extend(list(&row["affiliation"]).iter().map(|at| {
        text("affiliation", of(at, "name"))
            .maybe("affiliationIdentifier", said(&at["affiliationIdentifier"]))
            .maybe("affiliationIdentifierScheme", said(&at["affiliationIdentifierScheme"]))
    }));
    parts
}

fn title(row: &Value) -> Element {
    text("title", of(row, "title"))
        .maybe("xml:lang", said(&row["lang"]))
        .maybe("titleType", said(&row["titleType"]))
}

fn subject(row: &Value) -> Element {
    text("subject", of(row, "subject")).maybe("subjectScheme", said(&row["subjectScheme"]))
}

fn date(row: &Value) -> Element {
    text("date", of(row, "date"))
        .with("dateType", of(row, "dateType"))
        .maybe("dateInformation", said(&row["dateInformation"]))
}

fn related(row: &Value) -> Element {
    text("relatedIdentifier", of(row, "relatedIdentifier"))
        .with("relationType", of(row, "relationType"))
        .maybe("resourceTypeGeneral", said(&row["resourceTypeGeneral"]))
        .with("relatedIdentifierType", of(row, "relatedIdentifierType"))
}

fn right(row: &Value) -> Element {
    text("rights", of(row, "rights"))
        .maybe("rightsURI", said(&row["rightsUri"]))
        .maybe("rightsIdentifierScheme", said(&row["rightsIdentifierScheme"]))
        .maybe("rightsIdentifier", said(&row["rightsIdentifier"]))
}

fn description(row: &Value) -> Element {
    text("description", of(row, "description"))
        .with("descriptionType", of(row, "descriptionType"))
        .maybe("xml:lang", said(&row["lang"]))
}

fn place(row: &Value) -> Element {
    let edges = ["westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude"];
    let edge = |name: &'static str| text(name, of(&row["geoLocationBox"], name));
    let mut parts: Vec<Element> =
        said(&row["geoLocationPlace"]).map(|name| text("geoLocationPlace", name)).into_iter().collect();
    parts.extend(row.get("geoLocationPoint").map(|at| point("geoLocationPoint", at)));
    parts.extend(row.get("geoLocationBox").map(|_| element("geoLocationBox").holding(edges.map(edge))));
    let ring =
        list(&row["geoLocationPolygon"]).iter().map(|corner| point("polygonPoint", &corner["polygonPoint"]));
    parts.extend(around("geoLocationPolygon", ring.collect()));
    element("geoLocation").holding(parts)
}

fn point(name: &'static str, at: &Value) -> Element {
    element(name).holding(["pointLongitude", "pointLatitude"].map(|axis| text(axis, of(at, axis))))
}

fn funding(row: &Value) -> Element {
    let id = said(&row["funderIdentifier"]).map(|id| {
        let kind =
            said(&row["funderIdentifierType"]).filter(|kind| FUNDERS.contains(kind)).unwrap_or("Other");
        text("funderIdentifier", id).with("funderIdentifierType", kind)
    });
    let number = said(&row["awardNumber"])
        .map(|number| text("awardNumber", number).maybe("awardURI", said(&row["awardURI"])));
    let award = said(&row["awardTitle"]).map(|title| text("awardTitle", title));
    element("fundingReference")
        .holding([text("funderName", of(row, "funderName"))])
        .holding([id, number, award].into_iter().flatten())
}
