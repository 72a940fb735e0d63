//! Citation File Format 1.2.0.

use serde_json::{Value, json};

use super::{
    json::{have, object, some},
    source::{Source, list, preferred, text, url},
    yaml,
};

/// The file of a record. Where InvenioRDM writes what the format does not take, this says the same as it wants it: licences
/// as SPDX spells them, ORCIDs as addresses, whole days only.
pub(super) fn write(source: Source<'_>) -> String {
    yaml::document(&json(source))
}

fn json(source: Source<'_>) -> Value {
    let kind = Some(source.kind_id()).filter(|kind| ["software", "dataset"].contains(kind));
    let name = kind.unwrap_or("work");
    let message = format!("If you use this {name}, please cite it using the metadata from this file.");
    let agents = source.list("creators").iter().chain(source.list("contributors"));
    let mut links = source.list("rights").iter().filter(|right| right.get("id").is_none());
    object([
        ("cff-version", have(Some("1.2.0"))),
        ("message", have(Some(message))),
        ("type", have(kind)),
        ("title", have(source.text("title"))),
        ("version", have(source.text("version"))),
        ("abstract", have(source.text("description"))),
        ("doi", have(source.doi())),
        ("date-released", have(source.text("publication_date").filter(|date| is_day(date)))),
        ("authors", distinct(agents.map(author))),
        ("identifiers", distinct(source.list("identifiers").iter().filter_map(identifier))),
        ("keywords", distinct(keywords(source))),
        ("license", distinct(source.list("rights").iter().filter_map(spdx))),
        ("license-url", have(links.find_map(|right| text(&right["link"])))),
        ("repository-code", have(repository(source))),
    ])
}

/// `2020-06-01`, which is all that the format takes.
fn is_day(date: &str) -> bool {
    date.len() == 10 && chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok()
}

/// Without repetitions, which the format refuses; nothing where there is nothing.
fn distinct(values: impl Iterator<Item = Value>) -> Option<Value> {
    let (mut seen, mut all) = (std::collections::HashSet::new(), Vec::new());
    for value in values {
        if seen.insert(value.to_string()) {
            all.push(value);
        }
    }
    some(all)
}

fn author(agent: &Value) -> Value {
    let who = &agent["person_or_org"];
    let orcid = preferred(&who["identifiers"], &["orcid"]).and_then(url);
    if who["type"] == "organizational" {
        return object([("name", have(text(&who["name"]))), ("orcid", have(orcid))]);
    }
    object([
        ("family-names", have(text(&who["family_name"]).or_else(|| text(&who["name"])))),
        ("given-names", have(text(&who["given_name"]))),
        ("orcid", have(orcid)),
        ("affiliation", have(list(&agent["affiliations"]).first().and_then(|at| text(&at["name"])))),
    ])
}

fn identifier(row: &Value) -> Option<Value> {
    let (scheme, value) = (text(&row["scheme"])?, text(&row["identifier"])?);
    let kind = match scheme {
        "doi" | "url" | "swh" => scheme,
        _ => "other",
    };
    Some(json!({"type": kind, "value": value}))
}

fn keywords(source: Source<'_>) -> impl Iterator<Item = Value> {
    let rows = source.list("subjects").iter();
    rows.flat_map(|row| [text(&row["id"]), text(&row["subject"])]).flatten().map(Value::from)
}

/// The id of a licence as SPDX spells it.
fn spdx(right: &Value) -> Option<Value> {
    let id = text(&right["id"])?;
    let listed = spdx::identifiers::LICENSES.iter().find(|license| license.name.eq_ignore_ascii_case(id));
    listed.map(|license| license.name.into())
}

/// Where software that this supplements is kept.
fn repository(source: Source<'_>) -> Option<&str> {
    if source.kind_id() != "software" {
        return None;
    }
    let is_code = |row: &&Value| {
        row["scheme"] == "url"
            && row["relation_type"]["id"] == "issupplementto"
            && row["resource_type"]["id"] == "software"
    };
    source.list("related_identifiers").iter().find(is_code).and_then(|row| text(&row["identifier"]))
}
