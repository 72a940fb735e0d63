//! One file of a set, as it is stored.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::transfer::Transfer;
use crate::{
    objects::{Checksums, Place},
    time::Timestamp,
};

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Its bytes are still to come, or to be committed.
    #[default]
    Pending,
    /// It is there, and will not change.
    Completed,
    /// It could not be fetched.
    Failed,
}

/// What its sender says of a file before it comes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// `md5:<hex>`, or another algorithm's name and value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

/// When the bytes were last compared with their checksums, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// When.
    pub at: Timestamp,
    /// What is wrong; nothing if all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// That the bytes were moved to another storage location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Where they were.
    pub from: Place,
    /// When.
    pub at: Timestamp,
}

/// One file of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name: data, never a path.
    pub key: String,
    /// When it was started.
    pub created: Timestamp,
    /// When this state was made.
    pub updated: Timestamp,
    /// How far it is.
    #[serde(default)]
    pub status: Status,
    /// How its bytes come in.
    #[serde(default)]
    pub transfer: Transfer,
    /// What is said about it.
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    /// A hint not to list it.
    #[serde(default)]
    pub hidden: bool,
    /// What its sender said of it.
    #[serde(default)]
    pub declared: Declared,
    /// Bytes of the quota that it holds.
    #[serde(default)]
    pub reserved: u64,
    /// Where its bytes are, or will be.
    pub object: Place,
    /// Names its bytes: the same wherever they are shared.
    pub file_id: String,
    /// Names this entry of this set.
    pub version_id: String,
    /// Bytes, once they are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Checksums, as far as they are known.
    #[serde(default)]
    pub checksums: Checksums,
    /// When its bytes were last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Check>,
    /// Where its bytes were before they were moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
}

impl Entry {
    /// Its bytes are there.
    pub fn is_complete(&self) -> bool {
        self.status == Status::Completed
    }

    /// The order in which files were started.
    pub fn by_time(one: &Self, other: &Self) -> std::cmp::Ordering {
        (one.created, &one.key).cmp(&(other.created, &other.key))
    }

    /// Its checksum as clients know it: `md5:<hex>`.
    pub fn checksum(&self) -> Option<String> {
        self.checksums.md5.as_ref().map(|md5| format!("md5:{md5}"))
    }

    /// The tag by which its content is told from others: its checksum, else the name of its bytes.
    pub fn tag(&self) -> String {
        self.checksum().unwrap_or_else(|| self.file_id.clone())
    }
}
