//! File sets: a record names its layers, newest first; what a layer has hides what those below have.
//!
//! A published set never changes. A new version, or an edit of media files, lays a set of its own over it: nothing is
//! copied until it changes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{allowance::Allowance, entry::Entry};
use crate::{
    error::{Error, Result},
    record::{CHANGES, Row},
};

/// Place of a set's counters within its partition: before every file.
pub const HEAD: &str = "!head";
/// The counter of files.
pub const COUNT: &str = "count";
/// The counter of bytes.
pub const BYTES: &str = "bytes";
/// The counter of files that are still to come.
pub const PENDING: &str = "pending";
/// The counter that says that the set was published.
pub const LOCKED: &str = "locked";
/// The counter that says how often the quota of its draft was changed.
pub const QUOTA: &str = "quota";
/// What places of files begin with.
const FILE: &str = "file#";

/// Place of a file within its set's partition.
pub fn sort_of(key: &str) -> String {
    format!("{FILE}{key}")
}

/// What a record says of one of its sets of files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSet {
    /// Whether there are files.
    pub enabled: bool,
    /// The key of the file shown first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_preview: Option<String>,
    /// The key that a save asks for, until it is known to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_preview: Option<String>,
    /// The order in which files are shown; always empty.
    #[serde(default)]
    pub order: Vec<String>,
    /// Names of the sets that it is made of, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
    /// Files cannot be changed: they were published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// The last day on which changes of published files may be published; any, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// How much it may come to, where its owner was allowed that when the draft was begun, and the record itself is not
    /// allowed anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<Allowance>,
}

/// What is counted beside a set's files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files, those of the layers below included.
    pub count: u64,
    /// Bytes, those reserved for files that are still to come included.
    pub bytes: u64,
    /// Files whose bytes are still to come.
    pub pending: u64,
    /// Changes so far: never goes back.
    pub changes: u64,
    /// 1 once it is published.
    pub locked: u64,
    /// The number of the last change of its quota.
    pub quota: u64,
}

impl Totals {
    /// Reads the counters of a head.
    pub fn of(counters: &BTreeMap<String, u64>) -> Self {
        let at = |name: &str| counters.get(name).copied().unwrap_or(0);
        Self {
            count: at(COUNT),
            bytes: at(BYTES),
            pending: at(PENDING),
            changes: at(CHANGES),
            locked: at(LOCKED),
            quota: at(QUOTA),
        }
    }
}

/// The file that a row of a set's partition is, unless it only says that one was removed from what lies below.
///
/// # Errors
/// [`Error::Internal`] for what is no entry.
pub fn entry(row: &Row) -> Result<Option<Entry>> {
    if !row.sort.starts_with(FILE) || row.body.get("removed").is_some() {
        return Ok(None);
    }
    Entry::deserialize(&row.body)
        .map(Some)
        .map_err(|error| Error::Internal(format!("the file `{}`: {error}", row.sort)))
}

/// What is seen of layers, newest first: the files by key, each as the newest layer has it.
///
/// # Errors
/// [`Error::Internal`] for what is no entry.
pub fn merge<'rows>(layers: impl IntoIterator<Item = &'rows [Row]>) -> Result<BTreeMap<String, Entry>> {
    let mut seen = BTreeMap::<&str, Option<Entry>>::new();
    for row in layers.into_iter().flatten() {
        let Some(key) = row.sort.strip_prefix(FILE) else { continue };
        if !seen.contains_key(key) {
            seen.insert(key, entry(row)?);
        }
    }
    Ok(seen.into_iter().filter_map(|(key, entry)| Some((key.to_owned(), entry?))).collect())
}

/// A UUID (RFC 9562, version 8) made of a name.
pub fn uuid_of(name: &str) -> String {
    let hex = format!("{:x}", Sha256::digest(name.as_bytes()));
    format!("{}-{}-8{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn row(key: &str, body: Value) -> Row {
        Row { sort: sort_of(key), body, counters: BTreeMap::new() }
    }

    fn file(key: &str, id: &str) -> Row {
        let instant = "2026-11-20T22:30:34.328554+00:00";
        let object = json!({"location": "here", "key": "files/x"});
        row(
            key,
            json!({"key": key, "created": instant, "updated": instant, "object": object, "file_id": id, "version_id": id}),
        )
    }

    #[test]
    fn the_newest_layer_hides_what_lies_below() {
        let top = [row("gone.txt", json!({"removed": true})), file("new.txt", "3")];
        let below = [file("gone.txt", "1"), file("kept.txt", "2"), file("new.txt", "0")];
        let seen = merge([&top[..], &below[..]]).unwrap();
        let ids: Vec<_> = seen.values().map(|entry| (entry.key.as_str(), entry.file_id.as_str())).collect();
        assert_eq!(ids, [("kept.txt", "2"), ("new.txt", "3")]);
    }

    #[test]
    fn a_name_has_one_uuid() {
        let id = uuid_of("abcde-fgh12.files.1");
        assert_eq!(id, uuid_of("abcde-fgh12.files.1"));
        assert_ne!(id, uuid_of("abcde-fgh12.files.2"));
        assert_eq!(id.len(), 36);
    }
}
