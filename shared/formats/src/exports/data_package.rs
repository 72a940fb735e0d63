//! Data Package, version 2.

use serde_json::{Value, json};

use super::{
    json::{have, object, some},
    source::{Source, list, text, title},
};

/// What its JSON is a profile of.
pub(super) const PROFILE: &str = "https://datapackage.org/profiles/2.0/datapackage.json";

/// The descriptor of a record.
pub(super) fn write(source: Source<'_>) -> Value {
    let subjects = source.list("subjects").iter();
    let people = |key: &str, role: &str| -> Vec<Value> {
        source.list(key).iter().map(|agent| contributor(agent, role)).collect()
    };
    object([
        ("$schema", have(Some(PROFILE))),
        ("id", have(source.link("doi"))),
        ("name", have(Some(source.id()))),
        ("title", have(source.text("title"))),
        ("description", have(source.text("description"))),
        ("version", have(source.text("version"))),
        ("created", have(text(source.at("created")))),
        ("homepage", have(source.link("self_html"))),
        ("keywords", some(subjects.filter_map(|row| have(text(&row["subject"]))))),
        ("resources", some(source.files().map(|(key, file)| resource(source, key, file)))),
        ("licenses", some(source.list("rights").iter().filter_map(license))),
        (
            "contributors",
            some([people("creators", "creator"), people("contributors", "contributor")].concat()),
        ),
    ])
}

fn resource(source: Source<'_>, key: &str, file: &Value) -> Value {
    object([
        ("name", have(Some(key))),
        ("path", have(Some(source.file_page(key)))),
        ("format", have(text(&file["ext"]))),
        ("mediatype", have(text(&file["mimetype"]))),
        ("bytes", file["size"].as_u64().map(Value::from)),
        ("hash", have(text(&file["checksum"]))),
    ])
}

fn license(right: &Value) -> Option<Value> {
    let id = text(&right["id"])?;
    let path = text(&right["props"]["url"]).or_else(|| text(&right["link"]));
    Some(object([("name", have(Some(id))), ("path", have(path)), ("title", have(title(right)))]))
}

fn contributor(agent: &Value, role: &str) -> Value {
    let who = &agent["person_or_org"];
    let role = text(&agent["role"]["id"]).unwrap_or(role);
    object([
        ("title", have(text(&who["name"]))),
        ("givenName", have(text(&who["given_name"]))),
        ("familyName", have(text(&who["family_name"]))),
        ("roles", Some(json!([role]))),
        ("organization", have(list(&agent["affiliations"]).first().and_then(|at| text(&at["name"])))),
    ])
}
