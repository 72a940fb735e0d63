//! ORCID's public data, the summaries: people, with where they work now.

use serde_json::{Map, Value, json};
use unicode_normalization::char::is_combining_mark;

use super::{Form, Made, list, put, text, through};
use crate::read;

pub(super) const FORM: Form = Form {
    name: "orcid",
    title: "ORCID's public data, the summaries (TAR of XML)",
    vocabularies: &["names"],
    endings: &[".xml"],
    read: |_, reader, _, sink| {
        Ok(read::elements(reader, "record", &mut through(sink, |record| entry(&record))))
    },
};

/// Signs that names may have, beside letters.
const SIGNS: &str = ",.()-'";

pub(super) fn entry(record: &Value) -> Made {
    let id = text(record, &["orcid-identifier", "path"]).ok_or("it has no ORCID")?;
    let name = &record["person"]["name"];
    let family = text(name, &["family-name"]).ok_or_else(|| format!("{id} has no family name"))?;
    let given = text(name, &["given-names"]);
    let is_sign = |sign: char| {
        !(sign.is_alphabetic() || sign.is_whitespace() || is_combining_mark(sign) || SIGNS.contains(sign))
    };
    if let Some(sign) = given.unwrap_or_default().chars().chain(family.chars()).find(|sign| is_sign(*sign)) {
        return Err(format!("the name of {id} has the sign {sign:?}"));
    }
    let mut entry = Map::new();
    entry.insert("id".into(), json!(id));
    put(&mut entry, "given_name", given);
    entry.insert("family_name".into(), json!(family));
    if given.is_none() {
        entry.insert("name".into(), json!(family));
    }
    entry.insert("identifiers".into(), json!([{"scheme": "orcid", "identifier": id}]));
    entry.insert("affiliations".into(), Value::Array(affiliations(record)));
    Ok(Some(entry))
}

/// Employments without an end, each organisation once: by its ROR id where ORCID knows that.
fn affiliations(record: &Value) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for group in list(record, &["activities-summary", "employments", "affiliation-group"]) {
        for employment in list(group, &["employment-summary"]) {
            let Some(name) = text(employment, &["organization", "name"]) else { continue };
            if !employment["end-date"].is_null() {
                continue;
            }
            let known = &employment["organization"]["disambiguated-organization"];
            let ror = text(known, &["disambiguated-organization-identifier"])
                .filter(|_| text(known, &["disambiguation-source"]) == Some("ROR"))
                .and_then(|address| address.rsplit('/').next());
            let is_there = |one: &Value| match ror {
                Some(id) => one["id"] == id,
                None => one.get("id").is_none() && one["name"] == name,
            };
            if !found.iter().any(is_there) {
                let mut one = Map::from_iter([("name".to_owned(), json!(name))]);
                put(&mut one, "id", ror);
                found.push(Value::Object(one));
            }
        }
    }
    found
}
