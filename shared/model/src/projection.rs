//! Projections: what one identity may see of a record. Services return these, never records.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    identity::Identity,
    kind::Kind,
    policy::{Action, Subject},
    revision::Revision,
};

/// A record as one caller may see it. Formats and links are made from projections only.
#[derive(Clone)]
pub struct Projection {
    kind: &'static Kind,
    id: String,
    revision: Revision,
    document: Map<String, Value>,
    /// A key that stands in `document` as `null`, and what it holds.
    verbatim: Option<(&'static str, Box<RawValue>)>,
    replay: bool,
}

/// As JSON: the visible document, in its order.
impl Serialize for Projection {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(self.document.len()))?;
        for (key, value) in &self.document {
            match &self.verbatim {
                Some((verbatim, text)) if key == verbatim => members.serialize_entry(key, text)?,
                _ => members.serialize_entry(key, value)?,
            }
        }
        members.end()
    }
}

impl Projection {
    /// The one place where fields are left out by permission, and where keys get their order.
    ///
    /// `document` is the full public document (with its parent under `parent`), as read or as found in the index.
    pub fn of(
        kind: &'static Kind,
        id: &str,
        revision: Revision,
        mut document: Map<String, Value>,
        who: &Identity,
    ) -> Self {
        let hidden: Vec<&str> = {
            let subject = Subject::document(&document);
            // Fields with the same guard stand together: each guard is asked once.
            let mut last: Option<(Action, bool)> = None;
            let mut allowed = |action: Action| match last {
                Some((asked, allowed)) if asked == action => allowed,
                _ => last.insert((action, kind.policy.allows(who, action, subject))).1,
            };
            kind.guarded.iter().filter(|(_, action)| !allowed(*action)).map(|(path, _)| *path).collect()
        };
        for path in hidden.into_iter().chain(kind.index_only.iter().copied()) {
            remove(&mut document, path);
        }
        let document =
            if is_ordered(kind.layout, &document) { document } else { ordered(kind.layout, document) };
        Self { kind, id: id.to_owned(), revision, document, verbatim: None, replay: false }
    }

    /// The same, with text at a top-level key that stands in the document as `null`: nothing in there is guarded.
    #[must_use]
    pub fn with_verbatim(self, key: &'static str, text: Box<RawValue>) -> Self {
        Self { verbatim: Some((key, text)), ..self }
    }

    /// Marks it as the answer to a request that was carried out before.
    pub fn as_replay(self) -> Self {
        Self { replay: true, ..self }
    }

    /// Whether the request was carried out before, and this is the record as it is now.
    pub fn is_replay(&self) -> bool {
        self.replay
    }

    /// What kind of record it is.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// The record's identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The revision that was projected.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The visible document, in its order; `null` at the key of [`Projection::with_verbatim`].
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// Puts a computed key (links, expanded references, errors of a save) at its place in the order.
    pub fn insert(&mut self, key: &str, value: Value) {
        let position =
            |key: &str| self.kind.layout.iter().position(|known| *known == key).unwrap_or(usize::MAX);
        let place = position(key);
        let index = self.document.keys().take_while(|known| position(known) < place).count();
        self.document.shift_insert(index, key.to_owned(), value);
    }

    /// The visible document, to complete what it says of others.
    pub fn document_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.document
    }

    /// The document by value, whole.
    pub fn into_document(mut self) -> Map<String, Value> {
        if let Some((key, text)) = self.verbatim.take() {
            // What was JSON when it was stored is JSON now.
            self.document.insert(key.to_owned(), serde_json::from_str(text.get()).unwrap_or_default());
        }
        self.document
    }
}

/// Whether the keys have their order already, as those of what was dumped.
fn is_ordered(layout: &[&str], document: &Map<String, Value>) -> bool {
    let place = |key: &String| layout.iter().position(|known| known == key).unwrap_or(usize::MAX);
    document.keys().map(place).is_sorted()
}

/// The keys of `layout` in its order, then the others in theirs.
fn ordered(layout: &[&str], mut document: Map<String, Value>) -> Map<String, Value> {
    let mut ordered = Map::new();
    for key in layout {
        if let Some(value) = document.shift_remove(*key) {
            ordered.insert((*key).to_owned(), value);
        }
    }
    ordered.extend(document);
    ordered
}

/// Removes what stands at a dotted path, in every element of lists on the way.
pub fn remove(document: &mut Map<String, Value>, path: &str) {
    match path.split_once('.') {
        None => {
            document.shift_remove(path);
        }
        Some((first, rest)) => match document.get_mut(first) {
            Some(Value::Object(inner)) => remove(inner, rest),
            Some(Value::Array(elements)) => {
                for element in elements {
                    if let Value::Object(inner) = element {
                        remove(inner, rest);
                    }
                }
            }
            _ => {}
        },
    }
}
/// A value without what is at some dotted paths, walking lists on the way: as it is written, nothing is copied.
pub struct Without<'a> {
    value: &'a Value,
    paths: Cow<'a, [&'a str]>,
}

impl<'a> Without<'a> {
    /// `value` without what is at `paths`.
    pub fn of(value: &'a Value, paths: &'a [&'a str]) -> Self {
        Self { value, paths: Cow::Borrowed(paths) }
    }
}

impl<'a> Serialize for Without<'a> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            value if self.paths.is_empty() => value.serialize(serializer),
            Value::Object(entries) => {
                let kept = entries.iter().filter(|(key, _)| !self.paths.contains(&key.as_str()));
                serializer.collect_map(kept.map(|(key, value)| {
                    let below = |path: &&'a str| path.strip_prefix(key.as_str())?.strip_prefix('.');
                    let paths = self.paths.iter().filter_map(below).collect();
                    (key, Without { value, paths })
                }))
            }
            Value::Array(elements) => serializer.collect_seq(
                elements.iter().map(|value| Without { value, paths: Cow::Borrowed(&self.paths) }),
            ),
            scalar => scalar.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_without_some_paths_is_what_is_left_after_removing_them() {
        let document = json!({
            "a": {"b": 1, "c": {"d": [1, {"e": 2, "f": null}]}}, "ab": {"b": "x"}, "l": [{"b": 1, "k": 2}, 3], "z": 0
        });
        for paths in
            [&[][..], &["z"], &["a.b", "a.c.d.e"], &["a.c", "l.b", "nosuch.b"], &["a", "ab.b", "a.b"]]
        {
            let mut left = document.as_object().cloned().unwrap();
            for path in paths {
                remove(&mut left, path);
            }
            let written = serde_json::to_string(&Without::of(&document, paths)).unwrap();
            assert_eq!(written, serde_json::to_string(&left).unwrap(), "{paths:?}");
        }
    }
}
