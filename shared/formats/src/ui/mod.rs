//! `application/vnd.inveniordm.v1+json`: the public JSON with texts for a user interface, in the reader's language.
//!
//! Titles follow the reader's languages. Dates and the texts of access statuses are English for everyone so far.

mod access;
mod dates;
mod people;
mod publishing;
mod tombstone;
mod vocabulary;

use cairn_model::metadata::html;
use serde_json::{Map, Value, json};

use crate::language::Language;
use dates::Style;
pub use vocabulary::{vocabulary_entry, vocabulary_list};

/// Who reads the page.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Their languages.
    pub language: Language<'a>,
    /// Whether nobody is logged in: restricted files then come with a link to log in.
    pub anonymous: bool,
}

/// Adds `ui` as the last key of a record or draft, which is its JSON with dereferenced titles.
/// Keys without data are absent.
pub fn record(json: &mut Map<String, Value>, reader: Reader<'_>) {
    json.shift_remove("ui");
    let shown = shown(json, reader);
    json.insert("ui".to_owned(), shown.into());
}

/// The same for each hit of a search answer, whose keys become `hits, aggregations, links, sortBy`.
pub fn record_list(mut list: Map<String, Value>, reader: Reader<'_>) -> Map<String, Value> {
    for hit in hits(&mut list).filter_map(Value::as_object_mut) {
        record(hit, reader);
    }
    list_keys(list)
}

fn hits(list: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    list.get_mut("hits").and_then(|hits| hits.get_mut("hits")?.as_array_mut()).into_iter().flatten()
}

/// A list that is not plain JSON has no `page`, and another order of keys.
pub fn list_keys(mut list: Map<String, Value>) -> Map<String, Value> {
    let keys = ["hits", "aggregations", "links", "sortBy"];
    keys.iter().filter_map(|key| list.remove_entry(*key)).collect()
}

fn shown(json: &Map<String, Value>, reader: Reader<'_>) -> Map<String, Value> {
    let language = reader.language;
    let none = Value::Null;
    let metadata = json.get("metadata").unwrap_or(&none);
    let custom = json.get("custom_fields").and_then(Value::as_object).cloned().unwrap_or_default();
    let published = metadata["publication_date"].as_str();
    let list = |key: &str, row: &dyn Fn(&Value) -> Value| rows(&metadata[key], row);
    let table = [
        ("publication_date_l10n_medium", published.map(|date| dates::edtf(date, Style::Medium).into())),
        ("publication_date_l10n_long", published.map(|date| dates::edtf(date, Style::Long).into())),
        ("created_date_l10n_long", day(json, "created")),
        ("updated_date_l10n_long", day(json, "updated")),
        ("resource_type", metadata.get("resource_type").map(|kind| titled(kind, language))),
        (
            "additional_titles",
            list("additional_titles", &|row| localised(row, &["title", "type", "lang"], language)),
        ),
        ("custom_fields", Some(custom_fields(&custom, language))),
        ("access_status", access::status(json, reader.anonymous)),
        ("publishing_information", publishing::lines(&custom, metadata)),
        ("conference", custom.get("meeting:meeting").cloned()),
        ("creators", people::numbered("creators", &metadata["creators"], language)),
        ("contributors", people::numbered("contributors", &metadata["contributors"], language)),
        ("languages", list("languages", &|row| titled(row, language))),
        ("description_stripped", metadata["description"].as_str().map(|html| html::strip(html).into())),
        ("version", Some(version(json, metadata))),
        ("related_identifiers", list("related_identifiers", &|row| localised(row, &RELATED, language))),
        (
            "additional_descriptions",
            list("additional_descriptions", &|row| {
                localised(row, &["description", "type", "lang"], language)
            }),
        ),
        ("dates", list("dates", &|row| localised(row, &["date", "type", "description"], language))),
        ("rights", list("rights", &|row| vocabulary::flat(row, &RIGHT, language).into())),
        ("is_draft", Some((json.get("is_draft") == Some(&Value::Bool(true))).into())),
        ("funding", list("funding", &|row| funding(row, language))),
        (
            "locations",
            metadata["locations"].get("features").map(|given| json!({"features": features(given)})),
        ),
        ("tombstone", tombstone::tombstone(json, language)),
    ];
    table.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

const RELATED: [&str; 4] = ["identifier", "relation_type", "scheme", "resource_type"];
const RIGHT: [(&str, &str); 6] = [
    ("id", "id"),
    ("title", "title_l10n"),
    ("description", "description_l10n"),
    ("link", "link"),
    ("icon", "icon"),
    ("props", "props"),
];
const AWARD: [(&str, &str); 6] = [
    ("id", "id"),
    ("title", "title_l10n"),
    ("number", "number"),
    ("acronym", "acronym"),
    ("program", "program"),
    ("identifiers", "identifiers"),
];

/// `{id, title{…}}` → `{id, title_l10n}`.
fn titled(entry: &Value, language: Language<'_>) -> Value {
    vocabulary::flat(entry, &RIGHT[..2], language).into()
}

/// The `keys` of `row` in that order; vocabulary entries among them with their title.
fn localised(row: &Value, keys: &[&str], language: Language<'_>) -> Value {
    let found = keys.iter().filter_map(|key| Some((*key, row.get(*key)?)));
    let found = found.map(|(key, value)| (key.to_owned(), entry_or_same(value, language)));
    Value::Object(found.collect())
}

fn entry_or_same(value: &Value, language: Language<'_>) -> Value {
    if value.get("id").is_some() { titled(value, language) } else { value.clone() }
}

fn rows(list: &Value, row: &dyn Fn(&Value) -> Value) -> Option<Value> {
    list.as_array().filter(|list| !list.is_empty()).map(|list| list.iter().map(row).collect())
}

fn day(json: &Map<String, Value>, key: &str) -> Option<Value> {
    json.get(key)?.as_str().map(|instant| dates::day(instant, Style::Long).into())
}

/// Values from a vocabulary, single or listed, lose all titles but one; the others stay.
fn custom_fields(fields: &Map<String, Value>, language: Language<'_>) -> Value {
    let one = |value: &Value| match value {
        Value::Array(list) => list.iter().map(|value| entry_or_same(value, language)).collect(),
        value => entry_or_same(value, language),
    };
    Value::Object(fields.iter().map(|(key, value)| (key.clone(), one(value))).collect())
}

/// The version its authors named, else its place among the versions: `v2`.
fn version(json: &Map<String, Value>, metadata: &Value) -> Value {
    let named = metadata["version"].as_str().filter(|version| !version.is_empty());
    let index = json.get("versions").and_then(|versions| versions["index"].as_u64()).unwrap_or(1);
    named.map_or_else(|| format!("v{index}"), str::to_owned).into()
}

fn funding(row: &Value, language: Language<'_>) -> Value {
    let award = row.get("award").map(|award| vocabulary::flat(award, &AWARD, language).into());
    let funder = row.get("funder").map(|funder| only(funder, &["id", "name"]));
    let parts = [("award", award), ("funder", funder)];
    Value::Object(parts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
}

fn features(features: &Value) -> Value {
    let one = |feature: &Value| {
        let mut shown = only(feature, &["place", "description", "geometry", "identifiers"]);
        if let Some(geometry) = shown.get_mut("geometry") {
            *geometry = only(geometry, &["type", "coordinates"]);
        }
        if let Some(identifiers) = shown.get_mut("identifiers") {
            *identifiers = rows(identifiers, &|row| only(row, &["scheme", "identifier"])).unwrap_or_default();
        }
        shown
    };
    features.as_array().map(|features| features.iter().map(one).collect()).unwrap_or_default()
}

/// The `keys` of `row` in that order, as they are.
fn only(row: &Value, keys: &[&str]) -> Value {
    Value::Object(keys.iter().filter_map(|key| Some(((*key).to_owned(), row.get(*key)?.clone()))).collect())
}

#[cfg(test)]
mod tests;
