//! `files` and `media_files`: whether a record has files, and what is shown of them.

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use crate::{
    error::{Error, Result},
    field::SystemField,
    files::{Entry, FileSet, HEAD, Totals, keys, media, merge},
    kinds::FILES,
    record::{Record, Row},
    table::Table,
};

/// A set of files of a record. What is stored here is only whether there is one, what it is made of and how it is shown.
pub struct Files {
    /// The top-level key.
    pub key: &'static str,
    /// What new drafts begin with.
    pub enabled: bool,
}

/// Keys that are computed from the file set, in the order they are shown.
const SHOWN: [&str; 3] = ["count", "total_bytes", "entries"];
/// Keys that are stored and never shown.
const STORED: [&str; 4] = ["layers", "locked", "until", "quota"];
/// Most files that a record's own JSON lists (design: beyond it a count, and the paged list).
pub const LISTED: u64 = 100;

/// What a file may tell of itself in a record's own JSON. `InvenioRDM`: metadata reference §2.
const TOLD: [&str; 8] = ["page", "type", "language", "encoding", "charset", "previewer", "width", "height"];

impl Files {
    /// The name of the set that a state of a record of this id begins with.
    pub fn first_layer(key: &str, id: &str, generation: u64) -> String {
        format!("{id}.{key}.{generation}")
    }

    /// What the record says of the set at `key`; without files where it says nothing.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is damaged.
    pub fn of(record: &Record, key: &str) -> Result<FileSet> {
        let Some(stored) = record.document.get(key) else { return Ok(FileSet::default()) };
        let mut set = FileSet::deserialize(stored)
            .map_err(|error| Error::Internal(format!("`{key}` of {record}: {error}")))?;
        if set.layers.is_empty() {
            set.layers.push(Self::first_layer(key, &record.id, 1));
        }
        Ok(set)
    }

    /// Lets the record say this of the set at `key`.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be written.
    pub fn put(record: &mut Record, key: &str, set: &FileSet) -> Result<()> {
        let value = serde_json::to_value(set).map_err(|error| Error::Internal(error.to_string()))?;
        record.document.insert(key.to_owned(), value);
        Ok(())
    }

    /// What is counted of a set that was read with its record: the newest layer that anything was done to counts for all
    /// below it.
    pub fn totals(record: &Record, set: &FileSet) -> Totals {
        let head = |layer: &String| record.beside.get(layer)?.first().filter(|row| row.sort == HEAD);
        set.layers.iter().find_map(head).map(|head| Totals::of(&head.counters)).unwrap_or_default()
    }

    fn entries(record: &Record, set: &FileSet) -> Result<Vec<Entry>> {
        let rows = set.layers.iter().map(|layer| record.beside.get(layer).map_or(&[][..], Vec::as_slice));
        let seen: Vec<&[Row]> = rows.collect();
        let mut entries: Vec<Entry> = merge(seen)?.into_values().collect();
        entries.sort_by(Entry::by_time);
        Ok(entries)
    }
}

impl SystemField for Files {
    fn key(&self) -> &'static str {
        self.key
    }

    fn on_create(&self, record: &mut Record) -> Result<()> {
        let layers = [Self::first_layer(self.key, &record.id, 1)];
        let set = json!({"enabled": self.enabled, "order": [], "layers": layers});
        record.document.insert(self.key.into(), set);
        Ok(())
    }

    fn beside(&self, record: &Record) -> Vec<(Table, String)> {
        match Self::of(record, self.key) {
            Ok(set) if set.enabled => set.layers.into_iter().map(|layer| (FILES, layer)).collect(),
            _ => Vec::new(),
        }
    }

    fn show(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let set = Self::of(record, self.key)?;
        let totals = Self::totals(record, &set);
        let entries = Self::entries(record, &set)?;
        let complete: Vec<&Entry> = entries.iter().filter(|entry| entry.is_complete()).collect();
        let (count, bytes) = if totals.count > LISTED {
            (totals.count - totals.pending, totals.bytes)
        } else {
            (complete.len() as u64, complete.iter().filter_map(|entry| entry.size).sum())
        };
        let shown: Map<String, Value> = match totals.count {
            0..=LISTED => complete.into_iter().map(|entry| (entry.key.clone(), of_entry(entry))).collect(),
            _ => Map::new(),
        };
        if let Some(Value::Object(files)) = document.get_mut(self.key) {
            for key in STORED {
                files.shift_remove(key);
            }
            let is_shown = |preview: &Value| preview.as_str().is_some_and(|key| shown.contains_key(key));
            if totals.count <= LISTED && !files.get("default_preview").is_none_or(is_shown) {
                files.shift_remove("default_preview");
            }
            for (key, value) in SHOWN.iter().zip([json!(count), json!(bytes), json!(shown)]) {
                files.insert((*key).into(), value);
            }
        }
        Ok(())
    }

    fn hide(&self, document: &mut Map<String, Value>) {
        if let Some(Value::Object(files)) = document.get_mut(self.key) {
            let stored = files.shift_remove(STORED_IN_INDEX);
            files.retain(|key, _| !SHOWN.contains(&key.as_str()));
            if let Some(Value::Object(stored)) = stored {
                files.extend(stored);
            }
        }
    }

    fn dump(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let Some(Value::Object(files)) = document.get_mut(self.key) else { return Ok(()) };
        if let Some(Value::Object(entries)) = files.get_mut("entries") {
            // A list, so that all names are values of one field.
            let list: Vec<Value> = std::mem::take(entries).into_iter().map(|(_, entry)| entry).collect();
            let mut types: Vec<&str> = list.iter().filter_map(|entry| entry["ext"].as_str()).collect();
            types.sort_unstable();
            types.dedup();
            let types = json!(types);
            files.insert("entries".into(), json!(list));
            files.insert("types".into(), types);
        }
        let stored = record.document.get(self.key).and_then(Value::as_object).into_iter().flatten();
        let stored: Map<String, Value> = stored
            .filter(|(key, _)| STORED.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        files.insert(STORED_IN_INDEX.into(), Value::Object(stored));
        Ok(())
    }
}

/// Where a dump keeps what is never shown.
const STORED_IN_INDEX: &str = "stored";

/// A file as a record's own JSON shows it.
fn of_entry(entry: &Entry) -> Value {
    let told = |metadata: &Map<String, Value>| -> Map<String, Value> {
        let told = TOLD.iter().filter_map(|key| Some(((*key).to_owned(), metadata.get(*key)?.clone())));
        told.collect()
    };
    json!({
        "id": entry.file_id,
        "checksum": entry.checksum(),
        "ext": keys::extension(&entry.key),
        "size": entry.size,
        "mimetype": media::guess(&entry.key),
        "storage_class": "L",
        "key": entry.key,
        "metadata": entry.metadata.as_ref().map(told).unwrap_or_default(),
        "access": {"hidden": entry.hidden},
    })
}

/// A hit's files by key, as they are shown; the index has them as a list.
pub fn by_key(document: &mut Map<String, Value>, key: &str) {
    let Some(entries) = document.get_mut(key).and_then(|files| files.get_mut("entries")) else { return };
    if let Value::Array(list) = entries {
        let name = |entry: &Value| entry["key"].as_str().unwrap_or_default().to_owned();
        *entries =
            Value::Object(std::mem::take(list).into_iter().map(|entry| (name(&entry), entry)).collect());
    }
}
