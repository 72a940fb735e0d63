//! What exports are written from: a record's JSON as its reader sees it, with its links, and with the `props` of vocabulary
//! entries beside their ids.

use cairn_model::{identifiers, metadata::html};
use serde_json::{Map, Value};

use crate::{
    language::Language,
    links::{Site, encode},
};

static NULL: Value = Value::Null;

/// A record or draft, its links among its keys.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Its JSON.
    pub record: &'a Map<String, Value>,
    /// Where it is.
    pub site: Site<'a>,
}

impl<'a> Source<'a> {
    /// A top-level key; null where it is missing.
    pub(super) fn at(self, key: &str) -> &'a Value {
        self.record.get(key).unwrap_or(&NULL)
    }

    /// A field of the metadata; null where it is missing.
    pub(super) fn metadata(self, key: &str) -> &'a Value {
        &self.at("metadata")[key]
    }

    /// A field of the metadata that is a list.
    pub(super) fn list(self, key: &str) -> &'a [Value] {
        list(self.metadata(key))
    }

    /// A field of the metadata that is a text and says something.
    pub(super) fn text(self, key: &str) -> Option<&'a str> {
        text(self.metadata(key))
    }

    /// A custom field; null where it is missing.
    pub(super) fn custom(self, key: &str) -> &'a Value {
        &self.at("custom_fields")[key]
    }

    /// The record's identifier.
    pub(super) fn id(self) -> &'a str {
        text(self.at("id")).unwrap_or_default()
    }

    /// The record's DOI.
    pub(super) fn doi(self) -> Option<&'a str> {
        text(&self.at("pids")["doi"]["identifier"])
    }

    /// The DOI of all versions together.
    pub(super) fn parent_doi(self) -> Option<&'a str> {
        text(&self.at("parent")["pids"]["doi"]["identifier"])
    }

    /// One of the record's links.
    pub fn link(self, name: &str) -> Option<&'a str> {
        text(&self.at("links")[name])
    }

    /// The record's page, the one that a draft will have.
    pub(super) fn page(self) -> String {
        format!("{}/records/{}", self.site.url, encode::segment(self.id()))
    }

    /// Its files, as far as the reader sees them, each with its key.
    pub(super) fn files(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let entries = self.at("files")["entries"].as_object();
        entries.into_iter().flatten().map(|(key, file)| (key.as_str(), file))
    }

    /// The address of a file's page.
    pub(super) fn file_page(self, key: &str) -> String {
        format!("{}/files/{}", self.page(), encode::path(key))
    }

    /// The address of a file's content.
    pub(super) fn content(self, key: &str) -> String {
        let files = self.link("files").unwrap_or_default();
        format!("{files}/{}/content", encode::path(key))
    }

    /// A property of the resource type.
    pub(super) fn kind(self, name: &str) -> Option<&'a str> {
        prop(self.metadata("resource_type"), name)
    }

    /// The id of the resource type.
    pub(super) fn kind_id(self) -> &'a str {
        text(&self.metadata("resource_type")["id"]).unwrap_or_default()
    }

    /// The first alternate identifier of a scheme.
    pub(super) fn identifier(self, scheme: &str) -> Option<&'a str> {
        self.list("identifiers")
            .iter()
            .find(|row| row["scheme"] == scheme)
            .and_then(|row| text(&row["identifier"]))
    }

    /// When it was published: the first day, month or year of the publication date.
    pub(super) fn published(self) -> Option<&'a str> {
        self.text("publication_date").map(start).filter(|start| !start.is_empty())
    }

    /// The year it was published in.
    pub(super) fn year(self) -> Option<&'a str> {
        self.published().map(|date| date.split('-').next().unwrap_or(date))
    }

    /// What embargoes its files, until when.
    pub(super) fn embargoed_until(self) -> Option<&'a str> {
        let embargo = &self.at("access")["embargo"];
        if embargo["active"] == true { text(&embargo["until"]) } else { None }
    }

    /// The addresses of the communities it is in, as far as they are told.
    pub(super) fn communities(self) -> Vec<&'a str> {
        let entries = list(&self.at("parent")["communities"]["entries"]);
        entries.iter().filter_map(|community| text(&community["slug"])).collect()
    }
}

/// The elements of a list; none for what is no list.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text that says something.
pub(super) fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// A property of a vocabulary entry.
pub(super) fn prop<'a>(entry: &'a Value, name: &str) -> Option<&'a str> {
    text(&entry["props"][name])
}

/// The English title of a vocabulary entry, else any.
pub(super) fn title(entry: &Value) -> Option<&str> {
    Language::default().pick(&entry["title"]).filter(|title| !title.is_empty())
}

/// The plain text of HTML.
pub(super) fn plain(html: &Value) -> Option<String> {
    text(html).map(html::strip).filter(|text| !text.is_empty())
}

/// The earlier end of a date or interval.
pub(super) fn start(date: &str) -> &str {
    date.split('/').next().unwrap_or(date)
}

/// Where an identifier `{scheme, identifier}` leads.
pub(super) fn url(row: &Value) -> Option<String> {
    let (scheme, identifier) = (text(&row["scheme"])?, text(&row["identifier"])?);
    match scheme {
        "isni" => Some(format!("http://isni.org/isni/{}", identifier.replace([' ', '-'], ""))),
        _ => identifiers::url(scheme, identifier),
    }
}

/// The identifier of the first of `schemes` that `rows` have.
pub(super) fn preferred<'a>(rows: &'a Value, schemes: &[&str]) -> Option<&'a Value> {
    schemes.iter().find_map(|scheme| list(rows).iter().find(|row| row["scheme"] == **scheme))
}

/// The related identifiers whose relation is one of these.
pub(super) fn related<'a>(source: Source<'a>, relations: &'a [&'a str]) -> impl Iterator<Item = &'a Value> {
    let is_one = |row: &&Value| row["relation_type"]["id"].as_str().is_some_and(|id| relations.contains(&id));
    source.list("related_identifiers").iter().filter(is_one)
}
