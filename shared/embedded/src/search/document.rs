//! A dumped document as a tantivy document.

use std::borrow::Cow;

use cairn_analysis::{SEPARATOR, points::Point, values};
use cairn_model::projection;
use cairn_ports::search::Document;
use serde_json::Value;
use tantivy::TantivyDocument;

use super::{
    Shared,
    layout::{ID, LIVE, Layout, PATH, key},
};

/// A document as its index takes it in.
#[derive(Clone)]
pub(super) struct Built {
    /// The place of its index.
    pub place: usize,
    pub id: String,
    pub version: u64,
    pub document: TantivyDocument,
}

impl Shared {
    /// Documents as their indices take them in: made by who brings them, so that writers only write.
    pub(super) fn build(&self, documents: Vec<(usize, Document)>) -> Vec<Built> {
        let seen = self.seen();
        let build = |(place, document)| Built::new(place, &seen[place].opened.layout, document);
        documents.into_iter().map(build).collect()
    }
}

impl Built {
    fn new(place: usize, layout: &Layout, document: Document) -> Self {
        let Document { id, version, source, .. } = document;
        let mut built = grave(layout, &id, version);
        if let Some(source) = source {
            fill(layout, &mut built, source);
        }
        Self { place, id, version, document: built }
    }
}

/// Adds what a dump is found by, and the dump.
fn fill(layout: &Layout, document: &mut TantivyDocument, mut source: Value) {
    document.add_text(layout.terms, LIVE);
    values::walk(&layout.places, &source, &mut Filler { layout, document, term: String::new() });
    if let Value::Object(source) = &mut source {
        layout.mapping.unreturned.iter().for_each(|path| projection::remove(source, path));
    }
    // Not `to_string`, whose formatter costs twice the time; a value always has its JSON.
    document.add_text(layout.source, serde_json::to_string(&source).unwrap_or_else(|_| source.to_string()));
}

/// What stays of a deleted document: its id and version, so that older writes are known as such.
fn grave(layout: &Layout, id: &str, version: u64) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(layout.id, id);
    document.add_text(layout.terms, format!("{}{id}", key(ID)));
    document.add_u64(layout.version, version);
    document
}

struct Filler<'a> {
    layout: &'a Layout,
    document: &'a mut TantivyDocument,
    /// The term that is being written: one piece of memory for all.
    term: String,
}

impl Filler<'_> {
    /// A term of the dictionary that all share.
    fn term(&mut self, key: &str, value: &str) {
        self.term.clear();
        self.term.push_str(key);
        self.term.push(SEPARATOR);
        self.term.push_str(value);
        self.document.add_text(self.layout.terms, &self.term);
    }

    /// Two numbers side by side.
    fn pair(&mut self, field: &'static str, number: i64, to: i64) {
        if let Some((first, second)) = self.layout.held(field).and_then(|held| held.number.zip(held.to)) {
            self.document.add_i64(first, number);
            self.document.add_i64(second, to);
        }
    }
}

impl values::Sink for Filler<'_> {
    fn words(&mut self, field: &'static str, leaf: Option<&str>, text: &str) {
        let Some(words) = self.layout.held(field).and_then(|held| held.words) else { return };
        match leaf {
            Some(leaf) => self.document.add_text(words, format!("{leaf}{SEPARATOR}{text}")),
            None => self.document.add_text(words, text),
        }
    }

    fn whole(&mut self, field: &'static str, leaf: Option<&str>, value: &str) {
        let Some(column) = self.layout.held(field).and_then(|held| held.whole) else { return };
        let value = leaf.map_or_else(|| value.into(), |leaf| Cow::from(format!("{leaf}{SEPARATOR}{value}")));
        self.term(self.layout.name(column), &value);
        self.document.add_text(column, value);
    }

    fn number(&mut self, field: &'static str, number: i64) {
        if let Some(column) = self.layout.held(field).and_then(|held| held.number) {
            self.document.add_i64(column, number);
        }
    }

    fn days(&mut self, field: &'static str, ranges: &[(i64, i64)]) {
        for (first, last) in ranges {
            self.pair(field, *first, *last);
        }
    }

    fn point(&mut self, field: &'static str, point: Point) {
        self.pair(field, point.latitude.into(), point.longitude.into());
    }

    fn present(&mut self, path: &str) {
        self.term(PATH, path);
    }
}
