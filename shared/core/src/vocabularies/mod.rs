//! Vocabularies: controlled lists of entries that records refer to.

mod catalogue;
mod read;
mod search;
mod source;
mod write;

use std::sync::Arc;

use cairn_model::{
    Error, Identity, Projection, Record, Result,
    kind::Kind,
    policy::{Action, Subject},
};
use cairn_ports::{Key, search::Document};
use serde_json::{Map, Value, json};

use crate::framework::{
    Entries, Shared,
    entries::{SORT, full_id},
};

pub use catalogue::{VOCABULARIES, Vocabulary, find};
pub(crate) use source::EntrySource;

/// The service of vocabularies.
pub struct Vocabularies {
    shared: Arc<Shared>,
    kind: &'static Kind,
}

impl Vocabularies {
    /// The service of entries of `kind`.
    pub fn new(shared: Arc<Shared>, kind: &'static Kind) -> Self {
        Self { shared, kind }
    }

    fn key(&self, vocabulary: &str, id: &str) -> Key {
        Key::new(self.kind.table, full_id(vocabulary, id), SORT)
    }

    fn allows(&self, who: &Identity, action: Action, document: &Map<String, Value>) -> bool {
        self.kind.policy.allows(who, action, Subject::document(document))
    }

    fn require(&self, who: &Identity, action: Action, document: &Map<String, Value>) -> Result<()> {
        if self.allows(who, action, document) { Ok(()) } else { Err(Error::Denied) }
    }

    fn project(&self, entry: &Record, entries: &Entries, who: &Identity) -> Projection {
        let id = entry.document.get("id").and_then(Value::as_str).unwrap_or_default();
        Projection::of(self.kind, id, entry.revision, shown(entry, entries), who)
    }
}

/// What policy has to know of a vocabulary as a whole.
fn about(vocabulary: &Vocabulary) -> Map<String, Value> {
    Map::from_iter([("vocabulary".to_owned(), json!(vocabulary.id))])
}

/// The public document of an entry, with `vocabulary` still in it for policy, links and the index.
fn shown(entry: &Record, entries: &Entries) -> Map<String, Value> {
    let mut document = entry.document.clone();
    cairn_model::relation::dereference(entry.kind.relations, &mut document, false, &|target, id| {
        entries.get(target, id)
    });
    if document.get("vocabulary").is_some_and(|vocabulary| vocabulary == "names") {
        document.entry("internal_id").or_insert(Value::Null);
    }
    document.insert("created".into(), json!(entry.created));
    document.insert("updated".into(), json!(entry.updated));
    document.insert("revision_id".into(), json!(entry.revision));
    document
}

/// The document of an entry for the index.
pub(crate) fn dump(entry: &Record, entries: &Entries) -> Document {
    let index = entry.kind.mapping.map_or("", |mapping| mapping.index);
    let deleted = entry.document.contains_key("deleted");
    let source = (!deleted).then(|| {
        let mut document = shown(entry, entries);
        let sort =
            |value: Option<&Value>| json!(value.and_then(Value::as_str).unwrap_or_default().to_lowercase());
        let title = sort(document.get("title").and_then(|title| title.get("en")));
        let name = sort(document.get("name").or_else(|| document.get("subject")));
        document.insert("title_sort".into(), title);
        document.insert("name_sort".into(), name);
        Value::Object(document)
    });
    Document { index, id: entry.id.clone(), version: entry.revision.0 + entry.touch, source }
}
