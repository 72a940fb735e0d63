//! Linkset (RFC 9264): FAIR signposting, level 2.

use serde_json::{Value, json};

use super::{
    EXPORTS,
    json::{have, object, some},
    source::{Source, list, text, url},
};
use crate::links::encode;

/// What a record's page, its files and its metadata link to.
pub(super) fn write(source: Source<'_>) -> Value {
    let page = source.page();
    let back = json!([{"href": page, "type": "text/html"}]);
    let mut links = vec![landing(source, &page)];
    let file = |(key, _): (&str, &Value)| json!({"anchor": source.file_page(key), "collection": back});
    links.extend(source.files().map(file));
    links.push(json!({"anchor": source.link("self"), "describes": back}));
    json!({"linkset": links})
}

fn landing(source: Source<'_>, page: &str) -> Value {
    let target = |address: String| json!({"href": address});
    let author =
        |creator: &Value| list(&creator["person_or_org"]["identifiers"]).iter().find_map(url).map(target);
    let item = |(key, file): (&str, &Value)| {
        object([("href", have(Some(source.file_page(key)))), ("type", have(text(&file["mimetype"])))])
    };
    let kinds = source.kind("schema.org").into_iter().chain(["https://schema.org/AboutPage"]);
    object([
        ("author", some(source.list("creators").iter().filter_map(author))),
        ("cite-as", some(source.doi().map(|doi| target(format!("https://doi.org/{}", encode::path(doi)))))),
        ("describedby", some(described_by(source))),
        ("item", some(source.files().map(item))),
        ("license", some(source.list("rights").iter().filter_map(license).map(target))),
        ("type", some(kinds.map(|kind| json!({"href": kind})))),
        ("anchor", have(Some(page))),
    ])
}

fn license(right: &Value) -> Option<String> {
    text(&right["props"]["url"]).or_else(|| text(&right["link"])).map(encode::path)
}

/// The same address in every representation, by type.
fn described_by(source: Source<'_>) -> Vec<Value> {
    let mut types: Vec<&str> =
        EXPORTS.iter().filter_map(|export| export.accept).filter(|media| *media != MEDIA).collect();
    types.sort_unstable();
    let describe = |media: &str| {
        let (media, profile) = match media.split_once(";profile=") {
            Some((media, profile)) => (media, Some(profile)),
            None => (media, None),
        };
        object([
            ("href", have(source.link("self"))),
            ("type", have(Some(media))),
            ("profile", have(profile.map(|profile| profile.trim_matches('"')))),
        ])
    };
    types.into_iter().map(describe).collect()
}

/// Its own media type.
pub(super) const MEDIA: &str = "application/linkset+json";
