//! `DataCite` 4.5 as JSON: what is exported, and what is sent when a DOI is registered.

use cairn_model::identifiers::{
    allowed::{self, Scheme},
    is_valid,
};
use serde_json::{Value, json};

use super::{
    datacite_places,
    json::{have, object, some},
    source::{Source, list, plain, preferred, prop, text, title},
};

/// Schemes that `DataCite` knows for related works.
const RELATED: [&str; 21] = [
    "ark", "arxiv", "ads", "cstr", "doi", "ean13", "eissn", "handle", "igsn", "isbn", "issn", "istc",
    "lissn", "lsid", "pmid", "purl", "rrid", "upc", "url", "urn", "w3id",
];
/// Where an affiliation is identified, best first.
const AFFILIATION: [&str; 3] = ["ror", "isni", "gnd"];
/// Where a funder is identified, best first, and what `DataCite` calls it.
const FUNDER: [(&str, &str); 5] =
    [("ror", "ROR"), ("doi", "Crossref Funder ID"), ("grid", "GRID"), ("isni", "ISNI"), ("gnd", "GND")];
/// What is said of a copyright without a licence.
const IN_COPYRIGHT: &str = "http://rightsstatements.org/vocab/InC/1.0/";

/// All versions of a record together, as `DataCite` describes them: as `source`, the newest, but for their own DOI, and with
/// the DOIs of the versions.
pub fn write_together(source: Source<'_>, doi: &str, versions: &[&str]) -> Value {
    let mut described = write(source);
    let rows = described["relatedIdentifiers"].as_array().cloned().unwrap_or_default();
    let is_itself = |row: &Value| row["relationType"] == "IsVersionOf" && row["relatedIdentifier"] == doi;
    let others = rows.into_iter().filter(|row| !is_itself(row));
    let versions = versions.iter().map(|version| {
        json!({"relatedIdentifier": version, "relationType": "HasVersion", "relatedIdentifierType": "DOI"})
    });
    described["relatedIdentifiers"] = others.chain(versions).collect();
    described["doi"] = json!(doi);
    described
}

/// A record as `DataCite` describes it.
pub fn write(source: Source<'_>) -> Value {
    let agents = |key: &str| source.list(key).iter();
    object([
        ("doi", have(source.doi())),
        ("types", Some(types(source))),
        ("titles", some(titles(source))),
        ("creators", some(agents("creators").map(|creator| agent(creator, None)))),
        ("contributors", some(agents("contributors").map(|one| agent(one, Some(role(one)))))),
        ("publisher", source.text("publisher").map(|name| json!({"name": name}))),
        ("publicationYear", have(source.year())),
        ("subjects", some(source.list("subjects").iter().map(subject))),
        ("dates", some(dates(source))),
        ("language", source.list("languages").first().map(|language| language["id"].clone())),
        ("alternateIdentifiers", some(alternate(source))),
        ("relatedIdentifiers", some(related(source))),
        ("sizes", some(source.list("sizes").iter().cloned())),
        ("formats", some(source.list("formats").iter().cloned())),
        ("version", have(source.text("version"))),
        ("rightsList", some(rights(source))),
        ("descriptions", some(descriptions(source))),
        ("geoLocations", some(datacite_places::write(source.metadata("locations")))),
        ("fundingReferences", some(source.list("funding").iter().filter_map(funding))),
        ("schemaVersion", have(Some("http://datacite.org/schema/kernel-4"))),
    ])
}

fn types(source: Source<'_>) -> Value {
    json!({
        "resourceTypeGeneral": source.kind("datacite_general").unwrap_or("Other"),
        "resourceType": source.kind("datacite_type").unwrap_or_default(),
    })
}

fn titles(source: Source<'_>) -> Vec<Value> {
    let main = object([("title", have(plain(source.metadata("title"))))]);
    let more = source.list("additional_titles").iter().map(|row| {
        object([
            ("title", have(plain(&row["title"]))),
            ("titleType", have(prop(&row["type"], "datacite"))),
            ("lang", have(text(&row["lang"]["id"]))),
        ])
    });
    std::iter::once(main).chain(more).filter(|row| row.get("title").is_some()).collect()
}

fn role(contributor: &Value) -> &str {
    prop(&contributor["role"], "datacite").unwrap_or("Other")
}

fn agent(agent: &Value, role: Option<&str>) -> Value {
    let who = &agent["person_or_org"];
    let kind = if who["type"] == "organizational" { "Organizational" } else { "Personal" };
    let identifiers: Vec<Value> = list(&who["identifiers"]).iter().map(name_identifier).collect();
    object([
        ("name", have(text(&who["name"]))),
        ("nameType", have(Some(kind))),
        ("givenName", have(text(&who["given_name"]))),
        ("familyName", have(text(&who["family_name"]))),
        ("nameIdentifiers", Some(identifiers.into())),
        ("affiliation", some(list(&agent["affiliations"]).iter().map(affiliation))),
        ("contributorType", have(role)),
    ])
}

fn name_identifier(row: &Value) -> Value {
    json!({"nameIdentifier": row["identifier"], "nameIdentifierScheme": label(allowed::PERSON_OR_ORG, row)})
}

/// What `DataCite` calls the scheme of an identifier.
fn label<'a>(schemes: &'static [Scheme], row: &'a Value) -> &'a str {
    let scheme = text(&row["scheme"]).unwrap_or("other");
    allowed::find(schemes, scheme).map_or(scheme, |scheme| scheme.datacite)
}

fn affiliation(affiliation: &Value) -> Value {
    let best = preferred(&affiliation["identifiers"], &AFFILIATION);
    let (id, scheme) = match best {
        Some(row) if row["scheme"] == "ror" => {
            (text(&row["identifier"]).map(|id| format!("https://ror.org/{id}")), Some("ROR".to_owned()))
        }
        Some(row) => {
            (text(&row["identifier"]).map(str::to_owned), text(&row["scheme"]).map(str::to_uppercase))
        }
        None => {
            let first = list(&affiliation["identifiers"]).first().and_then(|row| text(&row["identifier"]));
            (first.map(str::to_owned), first.map(|_| "Other".to_owned()))
        }
    };
    object([
        ("name", have(text(&affiliation["name"]).or_else(|| text(&affiliation["id"])))),
        ("affiliationIdentifier", have(id)),
        ("affiliationIdentifierScheme", have(scheme)),
    ])
}

fn subject(subject: &Value) -> Value {
    let id = text(&subject["id"]);
    object([
        ("subject", have(text(&subject["subject"]))),
        ("subjectScheme", have(id.and_then(|_| text(&subject["scheme"])))),
        ("valueURI", have(id.filter(|id| is_valid("url", id)))),
    ])
}

fn dates(source: Source<'_>) -> Vec<Value> {
    let issued = source.text("publication_date").map(|date| json!({"date": date, "dateType": "Issued"}));
    let rows = source.list("dates");
    let more = rows.iter().map(|row| {
        object([
            ("date", have(text(&row["date"]))),
            ("dateType", have(Some(prop(&row["type"], "datacite").unwrap_or("Other")))),
            ("dateInformation", have(text(&row["description"]))),
        ])
    });
    let says_so = rows.iter().any(|row| row["type"]["id"] == "updated");
    let updated = text(source.at("updated")).and_then(|time| time.get(..10)).filter(|_| !says_so);
    let updated = updated.map(|day| json!({"date": day, "dateType": "Updated"}));
    issued.into_iter().chain(more).chain(updated).collect()
}

fn alternate(source: Source<'_>) -> Vec<Value> {
    let row = |id: &str, kind: &str| json!({"alternateIdentifier": id, "alternateIdentifierType": kind});
    let mut rows: Vec<Value> = source.link("self_html").map(|page| row(page, "URL")).into_iter().collect();
    let pids = source.at("pids").as_object().into_iter().flatten().filter(|(scheme, _)| *scheme != "doi");
    rows.extend(pids.filter_map(|(scheme, pid)| Some(row(text(&pid["identifier"])?, scheme))));
    let others = source.list("identifiers").iter();
    rows.extend(
        others.filter_map(|other| Some(row(text(&other["identifier"])?, label(allowed::RECORD, other)))),
    );
    rows
}

fn related(source: Source<'_>) -> Vec<Value> {
    let mut rows: Vec<Value> = source.list("related_identifiers").iter().filter_map(related_one).collect();
    let row = |id: String, relation: &str, kind: &str| json!({"relatedIdentifier": id, "relationType": relation, "relatedIdentifierType": kind});
    rows.extend(source.parent_doi().map(|doi| row(doi.to_owned(), "IsVersionOf", "DOI")));
    let communities = source.communities().into_iter();
    rows.extend(
        communities.map(|slug| row(format!("{}/communities/{slug}/", source.site.url), "IsPartOf", "URL")),
    );
    rows.extend(text(&source.custom("journal:journal")["issn"]).map(|issn| {
        let mut journal = row(issn.to_owned(), "IsPartOf", "ISSN");
        journal["resourceTypeGeneral"] = "Collection".into();
        journal
    }));
    rows
}

fn related_one(row: &Value) -> Option<Value> {
    let scheme = text(&row["scheme"]).filter(|scheme| RELATED.contains(scheme))?;
    let kind = allowed::find(allowed::RECORD, scheme)?.datacite;
    Some(object([
        ("relatedIdentifier", have(Some(text(&row["identifier"])?))),
        ("relationType", have(Some(prop(&row["relation_type"], "datacite")?))),
        ("relatedIdentifierType", have(Some(kind))),
        ("resourceTypeGeneral", have(prop(&row["resource_type"], "datacite_general"))),
    ]))
}

fn rights(source: Source<'_>) -> Vec<Value> {
    let one = |right: &Value| {
        let address = text(&right["props"]["url"]).or_else(|| text(&right["link"]));
        let id = text(&right["id"]);
        object([
            ("rights", have(title(right))),
            ("rightsIdentifier", have(id)),
            ("rightsIdentifierScheme", have(id.and_then(|_| text(&right["props"]["scheme"])))),
            ("rightsUri", have(address)),
        ])
    };
    let copyright = source.text("copyright").map(|text| json!({"rights": text, "rightsUri": IN_COPYRIGHT}));
    source.list("rights").iter().map(one).chain(copyright).collect()
}

fn descriptions(source: Source<'_>) -> Vec<Value> {
    let main = plain(source.metadata("description"));
    let main = main.map(|text| json!({"description": text, "descriptionType": "Abstract"}));
    let more = source.list("additional_descriptions").iter().filter_map(|row| {
        Some(object([
            ("description", have(Some(plain(&row["description"])?))),
            ("descriptionType", have(Some(prop(&row["type"], "datacite").unwrap_or("Other")))),
            ("lang", have(text(&row["lang"]["id"]))),
        ]))
    });
    main.into_iter().chain(more).collect()
}

fn funding(funding: &Value) -> Option<Value> {
    let (funder, award) = (&funding["funder"], &funding["award"]);
    let (id, kind) = funder_id(funder);
    let page = preferred(&award["identifiers"], &["doi", "url"]).and_then(|row| text(&row["identifier"]));
    Some(object([
        ("funderName", have(Some(text(&funder["name"])?))),
        ("funderIdentifier", have(id)),
        ("funderIdentifierType", have(kind)),
        ("awardTitle", have(title(award))),
        ("awardNumber", have(text(&award["number"]))),
        ("awardURI", have(page)),
    ]))
}

/// The best identifier of a funder, and its type; its own id counts where it is ROR's.
fn funder_id(funder: &Value) -> (Option<&str>, Option<&str>) {
    let known = FUNDER.iter().find_map(|(scheme, kind)| {
        Some((text(&preferred(&funder["identifiers"], &[scheme])?["identifier"])?, *kind))
    });
    let own = || text(&funder["id"]).map(|id| (id, if is_valid("ror", id) { "ROR" } else { "Other" }));
    let other = || Some((text(&list(&funder["identifiers"]).first()?["identifier"])?, "Other"));
    match known.or_else(own).or_else(other) {
        Some((id, kind)) => (Some(id), Some(kind)),
        None => (None, None),
    }
}
