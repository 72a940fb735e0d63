//! A dumped document as a tantivy document.

use std::collections::BTreeSet;

use cairn_model::{
    mapping::FieldType,
    projection,
    query::{text_of, values_at},
};
use serde_json::Value;
use tantivy::{TantivyDocument, schema::Field};

use super::{
    dates,
    layout::{Held, ID, LIVE, Layout, PATH, SEPARATOR, key},
    markup,
};

/// Longer whole values cannot be looked up (OpenSearch refuses them); they stay in the source.
const LONGEST_VALUE: usize = 8_191;
/// First and last day of a range without a beginning or an end.
pub(super) const OPEN_DAYS: (i64, i64) = (-1_000_000, 3_000_000);
/// A value below an object is found at most this deep.
const DEEPEST_LEAF: usize = 16;

/// The document for a dump.
pub(super) fn build(layout: &Layout, id: &str, version: u64, mut source: Value) -> TantivyDocument {
    let mut document = grave(layout, id, version);
    document.add_text(layout.terms, LIVE);
    let mut paths = BTreeSet::new();
    for (path, held) in layout.held() {
        let values = values_at(&source, path);
        if values.iter().any(|value| !value.is_null()) {
            let mut filler = Filler { terms: layout.terms, document: &mut document, paths: &mut paths };
            filler.fill(path, held, &values);
        }
    }
    for path in paths {
        document.add_text(layout.terms, format!("{}{path}", key(PATH)));
    }
    if let Value::Object(source) = &mut source {
        layout.mapping.unreturned.iter().for_each(|path| projection::remove(source, path));
    }
    // Not `to_string`, whose formatter costs twice the time; a value always has its JSON.
    document.add_text(layout.source, serde_json::to_string(&source).unwrap_or_else(|_| source.to_string()));
    document
}

/// What stays of a deleted document: its id and version, so that older writes are known as such.
pub(super) fn grave(layout: &Layout, id: &str, version: u64) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(layout.id, id);
    document.add_text(layout.terms, format!("{}{id}", key(ID)));
    document.add_u64(layout.version, version);
    document
}

struct Filler<'a> {
    terms: Field,
    document: &'a mut TantivyDocument,
    paths: &'a mut BTreeSet<String>,
}

impl Filler<'_> {
    fn fill(&mut self, path: &str, held: &Held, values: &[&Value]) {
        let found = match held.kind {
            FieldType::Text | FieldType::TextAndKeyword | FieldType::Keyword | FieldType::Boolean => {
                self.fill_texts(path, held, values)
            }
            FieldType::Integer => {
                self.fill_numbers(held.number, values.iter().filter_map(|value| integer(value)))
            }
            FieldType::Date => self.fill_numbers(
                held.number,
                values.iter().filter_map(|value| Some(dates::instants(value.as_str()?)?.0)),
            ),
            FieldType::DateRange => self.fill_ranges(held, values),
            FieldType::Keywords | FieldType::Texts => self.fill_leaves(path, held, values),
        };
        if found {
            self.present(path);
        }
    }

    fn present(&mut self, path: &str) {
        if self.paths.insert(path.to_owned()) {
            let parents = path.match_indices('.').map(|(at, _)| path[..at].to_owned());
            self.paths.extend(parents);
        }
    }

    fn fill_texts(&mut self, path: &str, held: &Held, values: &[&Value]) -> bool {
        let texts: Vec<String> = values.iter().filter_map(|value| text_of(value)).collect();
        if let Some(field) = held.words {
            for text in &texts {
                self.document.add_text(field, markup::strip(text));
            }
        }
        if let Some(field) = held.whole {
            let keyed = if held.words.is_some() { format!("{path}.keyword") } else { path.to_owned() };
            self.whole(&key(&keyed), texts.iter().map(String::as_str));
            self.column(field, texts.iter().map(String::as_str));
        }
        !texts.is_empty()
    }

    fn whole<'v>(&mut self, key: &str, values: impl Iterator<Item = &'v str>) {
        for value in once_each(values) {
            self.document.add_text(self.terms, format!("{key}{value}"));
        }
    }

    fn column<'v>(&mut self, field: Field, values: impl Iterator<Item = &'v str>) {
        for value in once_each(values) {
            self.document.add_text(field, value);
        }
    }

    fn fill_numbers(&mut self, field: Option<Field>, numbers: impl Iterator<Item = i64>) -> bool {
        let numbers: BTreeSet<i64> = numbers.collect();
        for number in &numbers {
            if let Some(field) = field {
                self.document.add_i64(field, *number);
            }
        }
        !numbers.is_empty()
    }

    fn fill_ranges(&mut self, held: &Held, values: &[&Value]) -> bool {
        let edge = |value: &Value, key: &str| dates::days(value.get(key)?.as_str()?);
        let mut found = false;
        for value in values {
            let (first, last) = (edge(value, "gte"), edge(value, "lte"));
            let (Some(from_field), Some(to_field), false) =
                (held.number, held.to, first.is_none() && last.is_none())
            else {
                continue;
            };
            self.document.add_i64(from_field, first.map_or(OPEN_DAYS.0, |(from, _)| from));
            self.document.add_i64(to_field, last.map_or(OPEN_DAYS.1, |(_, to)| to));
            found = true;
        }
        found
    }

    fn fill_leaves(&mut self, path: &str, held: &Held, values: &[&Value]) -> bool {
        let mut leaves = Vec::new();
        for value in values {
            collect_leaves(value, String::new(), DEEPEST_LEAF, &mut leaves);
        }
        for (leaf, text) in &leaves {
            self.present(&format!("{path}.{leaf}"));
            if let Some(field) = held.words {
                self.document.add_text(field, format!("{leaf}{SEPARATOR}{}", markup::strip(text)));
            }
        }
        if let Some(field) = held.whole {
            let values: Vec<String> =
                leaves.iter().map(|(leaf, text)| format!("{leaf}{SEPARATOR}{text}")).collect();
            self.whole(&format!("{path}."), values.iter().map(String::as_str));
            self.column(field, values.iter().map(String::as_str));
        }
        !leaves.is_empty()
    }
}

/// Each value once: facets count documents, not mentions.
fn once_each<'v>(values: impl Iterator<Item = &'v str>) -> BTreeSet<&'v str> {
    values.filter(|value| value.len() <= LONGEST_VALUE).collect()
}

fn collect_leaves(value: &Value, path: String, depth: usize, leaves: &mut Vec<(String, String)>) {
    match value {
        Value::Object(entries) if depth > 0 => {
            for (key, value) in entries {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect_leaves(value, below, depth - 1, leaves);
            }
        }
        Value::Array(elements) if depth > 0 => {
            for element in elements {
                collect_leaves(element, path.clone(), depth - 1, leaves);
            }
        }
        scalar => {
            if let (Some(text), false) = (text_of(scalar), path.is_empty()) {
                leaves.push((path, text));
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a fraction's whole part, far within an i64")]
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().filter(|float| float.abs() < 9e15).map(|float| float as i64)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
