//! DCAT-AP in RDF/XML: what `DataCite` says of a record, in the terms of `CiteDCAT-AP`'s extended profile, and its files.

mod agents;
mod places;
mod works;

use serde_json::{Value, json};

use super::{
    datacite,
    source::{Source, list, text as said, url},
    xml::{Element, element, text},
};

/// Prefixes and what they stand for.
const NAMESPACES: [(&str, &str); 18] = [
    ("xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("xmlns:adms", "http://www.w3.org/ns/adms#"),
    ("xmlns:bibo", "http://purl.org/ontology/bibo/"),
    ("xmlns:citedcat", "https://w3id.org/citedcat-ap/"),
    ("xmlns:dct", "http://purl.org/dc/terms/"),
    ("xmlns:dcat", "http://www.w3.org/ns/dcat#"),
    ("xmlns:foaf", "http://xmlns.com/foaf/0.1/"),
    ("xmlns:gsp", "http://www.opengis.net/ont/geosparql#"),
    ("xmlns:locn", "http://www.w3.org/ns/locn#"),
    ("xmlns:org", "http://www.w3.org/ns/org#"),
    ("xmlns:owl", "http://www.w3.org/2002/07/owl#"),
    ("xmlns:prov", "http://www.w3.org/ns/prov#"),
    ("xmlns:rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("xmlns:schema", "http://schema.org/"),
    ("xmlns:skos", "http://www.w3.org/2004/02/skos/core#"),
    ("xmlns:vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("xmlns:wdrs", "http://www.w3.org/2007/05/powder-s#"),
    ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema#"),
];
/// Where datatypes are defined.
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// The document of a record.
pub(super) fn write(source: Source<'_>) -> String {
    tree(source).document()
}

/// The element of a record.
pub(super) fn tree(source: Source<'_>) -> Element {
    let json = datacite::write(source);
    let rows = |key: &str| list(&json[key]).iter();
    let doi = source.doi().map(|doi| format!("https://doi.org/{}", crate::links::encode::path(doi)));
    let described = element("rdf:Description")
        .maybe("rdf:about", doi.clone())
        .holding(works::kinds(said(&json["types"]["resourceTypeGeneral"]).unwrap_or_default()))
        .holding(doi.iter().flat_map(|doi| identified(doi)))
        .holding(rows("creators").map(|row| element("dct:creator").holding([agents::agent(row)])))
        .holding(rows("titles").map(title))
        .holding(said(&json["publisher"]["name"]).map(agents::publisher))
        .holding(said(&json["publicationYear"]).map(|year| dated("dct:issued", year)))
        .holding(rows("subjects").map(subject))
        .holding(rows("fundingReferences").flat_map(agents::funding))
        .holding(rows("contributors").map(agents::contributor))
        .holding(rows("dates").map(date))
        .holding(said(&json["language"]).map(language))
        .holding(rows("alternateIdentifiers").flat_map(alternate))
        .holding(rows("relatedIdentifiers").filter_map(works::related))
        .holding(said(&json["version"]).map(|version| text("owl:versionInfo", version)))
        .holding(rows("descriptions").map(description))
        .holding(rows("geoLocations").map(places::place))
        .holding([distribution(&json, doi.as_deref())])
        .holding(source.files().map(|(key, file)| download(source, key, file, doi.as_deref())));
    let root = NAMESPACES.iter().fold(element("rdf:RDF"), |root, (prefix, uri)| root.with(prefix, *uri));
    root.holding([described])
}

/// A property that is another resource.
fn resource(name: &'static str, address: impl Into<String>) -> Element {
    element(name).with("rdf:resource", address)
}

/// A text of a type of XML Schema.
fn typed(name: &'static str, value: &str, kind: &str) -> Element {
    text(name, value).with("rdf:datatype", format!("{XSD}{kind}"))
}

/// A date, with its type where XML Schema has one.
fn dated(name: &'static str, date: &str) -> Element {
    let shape: String = date.chars().map(|one| if one.is_ascii_digit() { '0' } else { one }).collect();
    match shape.as_str() {
        "0000" => typed(name, date, "gYear"),
        "0000-00" => typed(name, date, "gYearMonth"),
        "0000-00-00" => typed(name, date, "date"),
        _ => text(name, date),
    }
}

fn identified(doi: &str) -> [Element; 3] {
    [typed("dct:identifier", doi, "anyURI"), resource("foaf:page", doi), resource("dcat:landingPage", doi)]
}

fn title(row: &Value) -> Element {
    let name = match said(&row["titleType"]) {
        Some("AlternativeTitle" | "Subtitle") => "dct:alternative",
        _ => "dct:title",
    };
    text(name, said(&row["title"]).unwrap_or_default()).maybe("xml:lang", said(&row["lang"]))
}

fn subject(row: &Value) -> Element {
    let name = said(&row["subject"]).unwrap_or_default();
    let Some(address) = said(&row["valueURI"]) else { return text("dcat:keyword", name) };
    let scheme = said(&row["subjectScheme"]).map(|scheme| {
        element("skos:inScheme").holding([element("skos:ConceptScheme").holding([text("dct:title", scheme)])])
    });
    let concept = element("skos:Concept").with("rdf:about", address);
    element("dct:subject").holding([concept.holding([text("skos:prefLabel", name)]).holding(scheme)])
}

/// Kinds of dates, and the terms for them.
const DATES: [(&str, &str); 9] = [
    ("Issued", "dct:issued"),
    ("Updated", "dct:modified"),
    ("Withdrawn", "dct:modified"),
    ("Created", "dct:created"),
    ("Accepted", "dct:dateAccepted"),
    ("Available", "dct:available"),
    ("Copyrighted", "dct:dateCopyrighted"),
    ("Submitted", "dct:dateSubmitted"),
    ("Valid", "dct:valid"),
];

fn date(row: &Value) -> Element {
    let (date, kind) = (said(&row["date"]).unwrap_or_default(), said(&row["dateType"]).unwrap_or_default());
    if kind == "Collected" {
        let (from, to) = date.split_once('/').unwrap_or((date, date));
        let period = element("dct:PeriodOfTime");
        let ends =
            [("dcat:startDate", from), ("dcat:endDate", to)].into_iter().filter(|(_, end)| !end.is_empty());
        return element("dct:temporal").holding([period.holding(ends.map(|(name, end)| dated(name, end)))]);
    }
    let name = DATES.iter().find(|(known, _)| *known == kind).map_or("dct:date", |(_, name)| name);
    dated(name, date)
}

fn language(language: &str) -> Element {
    let base = "http://publications.europa.eu/resource/authority/language/";
    resource("dct:language", format!("{base}{}", language.to_uppercase()))
}

/// Where an identifier of a type of `DataCite` leads.
fn address(kind: &str, identifier: &str) -> Option<String> {
    let scheme = match kind.to_lowercase().as_str() {
        "bibcode" => "ads".to_owned(),
        other => other.to_owned(),
    };
    url(&json!({"scheme": scheme, "identifier": identifier}))
}

fn alternate(row: &Value) -> Vec<Element> {
    let identifier = said(&row["alternateIdentifier"]).unwrap_or_default();
    let kind = said(&row["alternateIdentifierType"]).unwrap_or_default();
    let address = address(kind, identifier);
    let notation = match &address {
        Some(address) => typed("skos:notation", address, "anyURI"),
        None => text("skos:notation", identifier),
    };
    let described = element("adms:Identifier").holding([notation, text("adms:schemeAgency", kind)]);
    let same = address.map(|address| resource("owl:sameAs", address));
    same.into_iter().chain([element("adms:identifier").holding([described])]).collect()
}

fn description(row: &Value) -> Element {
    let words: Vec<&str> = said(&row["description"]).unwrap_or_default().split_whitespace().collect();
    let said_so = |name| text(name, words.join(" ")).maybe("xml:lang", said(&row["lang"]));
    match said(&row["descriptionType"]).unwrap_or_default() {
        "Abstract" => said_so("dct:description"),
        "Methods" => element("dct:provenance")
            .holding([element("dct:ProvenanceStatement").holding([said_so("rdfs:label")])]),
        "TableOfContents" => said_so("dct:tableOfContents"),
        "SeriesInformation" => said_so("bibo:locator"),
        _ => said_so("rdfs:comment"),
    }
}

/// What holds for all files: extent, types, rights.
fn distribution(json: &Value, doi: Option<&str>) -> Element {
    let texts = |key: &str| list(&json[key]).iter().filter_map(said);
    let extent = |size| {
        element("dct:extent").holding([element("dct:SizeOrDuration").holding([text("rdfs:label", size)])])
    };
    let whole = element("dcat:Distribution")
        .holding(texts("sizes").map(extent))
        .holding(
            texts("formats")
                .filter(|format| format.contains('/'))
                .map(|format| resource("dcat:mediaType", iana(format))),
        )
        .holding(list(&json["rightsList"]).iter().map(right))
        .holding(doi.map(|doi| resource("dcat:accessURL", doi)));
    element("dcat:distribution").holding([whole])
}

fn iana(media: &str) -> String {
    format!("https://www.iana.org/assignments/media-types/{}", crate::links::encode::path(media))
}

fn right(row: &Value) -> Element {
    let address = said(&row["rightsUri"]).map(crate::links::encode::path);
    if let (Some(address), Some(_)) = (&address, said(&row["rightsIdentifier"])) {
        return resource("dct:license", address);
    }
    let statement = element("dct:RightsStatement").maybe("rdf:about", address);
    let label = said(&row["rights"]).map(|label| text("rdfs:label", label));
    element("dct:rights").holding([statement.holding(label)])
}

fn download(source: Source<'_>, key: &str, file: &Value, doi: Option<&str>) -> Element {
    let whole = element("dcat:Distribution")
        .holding([resource("dcat:downloadURL", source.file_page(key))])
        .holding(said(&file["mimetype"]).map(|media| text("dcat:mediaType", media)))
        .holding(file["size"].as_u64().map(|size| text("dcat:byteSize", size.to_string())))
        .holding(doi.map(|doi| resource("dcat:accessURL", doi)));
    element("dcat:distribution").holding([whole])
}
