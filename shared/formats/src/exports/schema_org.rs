//! JSON-LD with the vocabulary of schema.org.

use serde_json::{Map, Value, json};

use super::{
    json::{have, object, some},
    source::{Source, list, related, text, title, url},
};

/// What schema.org calls things without a better name.
const THING: &str = "https://schema.org/CreativeWork";

/// A record as schema.org describes it.
pub(super) fn write(source: Source<'_>) -> Value {
    let people = |key: &str| some(source.list(key).iter().map(person));
    let doi = source.doi().map(|doi| format!("https://doi.org/{doi}"));
    let kind = source.kind("schema.org").unwrap_or(THING);
    let size = size(source);
    let mut described = object([
        ("@context", have(Some("http://schema.org"))),
        ("@id", have(doi.clone())),
        ("@type", have(Some(kind))),
        ("identifier", have(doi.or_else(|| source.link("self").map(str::to_owned)))),
        ("name", have(source.text("title"))),
        ("creator", people("creators")),
        ("author", people("creators")),
        ("editor", people("contributors")),
        ("publisher", source.text("publisher").map(|name| json!({"@type": "Organization", "name": name}))),
        ("keywords", have(keywords(source))),
        ("dateCreated", have(text(source.at("created")))),
        ("dateModified", have(text(source.at("updated")))),
        ("datePublished", have(source.published())),
        ("temporal", some(source.list("dates").iter().filter_map(|row| have(text(&row["date"]))))),
        ("inLanguage", source.list("languages").first().map(language)),
        ("contentSize", have(size.clone())),
        ("size", have(size)),
        ("encodingFormat", one_or_all(source.list("formats"))),
        ("version", have(source.text("version"))),
        ("license", have(license(source))),
        ("description", have(source.text("description"))),
        ("funding", some(source.list("funding").iter().map(grant))),
        ("isPartOf", works(source, &["ispartof"])),
        ("hasPart", works(source, &["haspart"])),
        ("sameAs", some(related(source, &["isidenticalto"]).filter_map(|row| have(url(row))))),
        ("citation", works(source, &["cites", "references"])),
        ("url", have(source.link("self_html"))),
    ]);
    if let Value::Object(described) = &mut described {
        described.extend(by_kind(source, kind));
        described.extend(journal(source));
    }
    described
}

/// What only some kinds of works have.
fn by_kind(source: Source<'_>, kind: &str) -> Map<String, Value> {
    let kind = kind.rsplit('/').next().unwrap_or(kind);
    let is_dataset = kind == "Dataset";
    let methods = source.list("additional_descriptions").iter().find(|row| row["type"]["id"] == "methods");
    let download = |(key, file): (&str, &Value)| {
        object([
            ("@type", have(Some("DataDownload"))),
            ("contentUrl", have(Some(source.content(key)))),
            ("encodingFormat", have(text(&file["mimetype"]))),
        ])
    };
    let extra = object([
        (
            "measurementTechnique",
            methods.filter(|_| is_dataset).and_then(|row| have(text(&row["description"]))),
        ),
        ("distribution", some(source.files().filter(|_| is_dataset).map(download))),
        ("uploadDate", have(text(source.at("created")).filter(|_| kind == "VideoObject"))),
    ]);
    extra.as_object().cloned().unwrap_or_default()
}

fn journal(source: Source<'_>) -> Map<String, Value> {
    let journal = source.custom("journal:journal");
    let said = |key: &str| have(text(&journal[key]));
    let extra = object([
        ("container_title", said("title")),
        ("page", said("pages")),
        ("volume", said("volume")),
        ("issue", said("issue")),
        ("ISSN", said("issn")),
    ]);
    extra.as_object().cloned().unwrap_or_default()
}

fn person(agent: &Value) -> Value {
    let who = &agent["person_or_org"];
    let kind = if who["type"] == "organizational" { "Organization" } else { "Person" };
    object([
        ("name", have(text(&who["name"]))),
        ("givenName", have(text(&who["given_name"]))),
        ("familyName", have(text(&who["family_name"]))),
        ("affiliation", some(list(&agent["affiliations"]).iter().map(affiliation))),
        ("@id", have(list(&who["identifiers"]).iter().find_map(url))),
        ("@type", have(Some(kind))),
    ])
}

fn affiliation(affiliation: &Value) -> Value {
    object([
        ("@type", have(Some("Organization"))),
        ("name", have(text(&affiliation["name"]))),
        ("@id", have(list(&affiliation["identifiers"]).iter().find_map(url))),
    ])
}

fn keywords(source: Source<'_>) -> Option<String> {
    let words: Vec<&str> = source.list("subjects").iter().filter_map(|row| text(&row["subject"])).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn language(language: &Value) -> Value {
    object([
        ("alternateName", have(text(&language["id"]))),
        ("@type", have(Some("Language"))),
        ("name", have(title(language))),
    ])
}

/// The bytes of all files together, as people read it: `1.2 MB`.
fn size(source: Source<'_>) -> Option<String> {
    let files = source.at("files");
    if files["enabled"] != true {
        return None;
    }
    Some(human(files["total_bytes"].as_f64()?))
}

fn human(mut bytes: f64) -> String {
    const UNITS: [&str; 6] = ["B", "KB", "MB", "GB", "TB", "PB"];
    let mut unit = 0;
    while bytes >= 1_024.0 && unit + 1 < UNITS.len() {
        bytes /= 1_024.0;
        unit += 1;
    }
    // One decimal at least, two at most.
    let rounded = (bytes * 100.0).round() / 100.0;
    format!("{rounded:?} {}", UNITS[unit])
}

fn one_or_all(formats: &[Value]) -> Option<Value> {
    match formats {
        [] => None,
        [one] => Some(one.clone()),
        all => Some(all.into()),
    }
}

/// The text of the first licence that is in the vocabulary, else the first link.
pub(super) fn license(source: Source<'_>) -> Option<String> {
    let rights = source.list("rights");
    let listed = rights.iter().find(|right| right.get("id").is_some());
    let known = listed.and_then(|right| text(&right["props"]["url"])).map(legal_code);
    known.or_else(|| rights.iter().find_map(|right| text(&right["link"])).map(str::to_owned))
}

/// SPDX lists the legal code of Creative Commons' licences, the vocabulary the deed.
fn legal_code(url: &str) -> String {
    let is_deed = ["licenses/by", "licenses/sa", "licenses/nc", "licenses/nd", "publicdomain/zero"]
        .iter()
        .any(|path| {
            url.strip_prefix("https://creativecommons.org/").is_some_and(|rest| rest.starts_with(path))
        });
    if is_deed && url.ends_with('/') { format!("{url}legalcode") } else { url.to_owned() }
}

fn grant(funding: &Value) -> Value {
    let (funder, award) = (&funding["funder"], &funding["award"]);
    let organization = object([
        ("@type", have(Some("Organization"))),
        ("@id", have(text(&funder["id"]))),
        ("name", have(text(&funder["name"]))),
    ]);
    let page = list(&award["identifiers"]).iter().find(|row| row["scheme"] == "url");
    let page = page.map(|row| json!({"identifier": row["identifier"], "scheme": row["scheme"]}));
    object([
        ("funder", funder.is_object().then_some(organization)),
        ("name", have(award_name(award))),
        ("identifier", have(text(&award["id"]))),
        ("url", page),
    ])
}

/// `Title (number)`, or what there is of it.
pub(super) fn award_name(award: &Value) -> Option<String> {
    match (title(award), text(&award["number"])) {
        (Some(title), Some(number)) => Some(format!("{title} ({number})")),
        (title, number) => title.or(number).map(str::to_owned),
    }
}

/// Related works that can be looked up.
fn works(source: Source<'_>, relations: &[&str]) -> Option<Value> {
    let work = |row: &Value| {
        let kind = super::source::prop(&row["resource_type"], "schema.org").unwrap_or(THING);
        Some(json!({"@id": url(row)?, "@type": kind}))
    };
    some(related(source, relations).filter_map(work))
}
