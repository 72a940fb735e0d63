//! Entries as they are shown and indexed, and the way back.

use cairn_model::{Record, Result, kinds::entries::ENTRY, projection, relation};
use cairn_ports::search::Document;
use serde_json::{Map, Value, json};

use crate::framework::{
    Entries,
    dumps::{head, note_touches},
    entries::full_id,
    indexing::index_version,
};

/// The public document of an entry, with `vocabulary` still in it for policy, links and the index.
pub(super) fn shown(entry: &Record, entries: &Entries) -> Map<String, Value> {
    let mut document = entry.document.clone();
    relation::dereference(entry.kind.relations, &mut document, false, &|target, id| entries.get(target, id));
    document.insert("created".into(), json!(entry.created));
    document.insert("updated".into(), json!(entry.updated));
    document.insert("revision_id".into(), json!(entry.revision));
    document
}

/// The document of an entry for the index; of a deleted one, that it is gone.
pub fn dump(entry: &Record, entries: &Entries) -> Document {
    let index = entry.kind.mapping.map_or("", |mapping| mapping.index);
    let deleted = entry.document.contains_key("deleted");
    let source = (!deleted).then(|| {
        let mut document = shown(entry, entries);
        let title = document.get("title").and_then(|title| title.get("en"));
        let name = document.get("name").or_else(|| document.get("subject"));
        // Where there is none, the entry comes last.
        let sort = |value: Option<&Value>| value?.as_str().map(str::to_lowercase);
        for (key, text) in [("title_sort", sort(title)), ("name_sort", sort(name))] {
            document.extend(text.map(|text| (key.to_owned(), json!(text))));
        }
        note_touches(entry, &mut document);
        Value::Object(document)
    });
    Document { index, id: entry.id.clone(), version: index_version(entry.revision.0, entry.touch), source }
}

/// The entry that was dumped.
///
/// # Errors
/// [`cairn_model::Error::Internal`] if the document is no dump of an entry.
pub fn load(mut dump: Map<String, Value>) -> Result<Record> {
    let mut entry = head(&ENTRY, &dump)?;
    let vocabulary = dump.get("vocabulary").and_then(Value::as_str).unwrap_or_default();
    entry.id = full_id(vocabulary, &entry.id);
    for path in ["created", "updated", "revision_id", "touch", "title_sort", "name_sort"] {
        projection::remove(&mut dump, path);
    }
    relation::strip(ENTRY.relations, &mut dump);
    entry.document = dump;
    Ok(entry)
}
