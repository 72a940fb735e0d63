//! `deletion_status` and `tombstone`: published, deleted, or purged; and what is said of a record that is not there any more.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    error::{Error, Result},
    field::SystemField,
    fields::sharing::Owner,
    record::{Field, Record},
    time::Timestamp,
};

/// Deletion state of a published record. A record without a stored state is published (`P`).
pub struct DeletionStatus;

/// The record is deleted, and can be restored.
pub const DELETED: &str = "D";
/// Nothing is left of the record but its tombstone.
pub const PURGED: &str = "X";

impl Field for DeletionStatus {
    type Value = String;
    const KEY: &'static str = "deletion_status";
}

/// Whether a published record is deleted, or even purged.
pub fn is_deleted(record: &Record) -> bool {
    record.document.contains_key(DeletionStatus::KEY)
}

/// What is left of a deleted record. `InvenioRDM`: tombstone, records reference §10.3.
pub struct Tombstone;

/// Stored form of [`Tombstone`]; its keys have the order in which they are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buried {
    /// What whoever deleted it says.
    pub note: String,
    /// Who deleted it.
    pub removed_by: Owner,
    /// When.
    pub removal_date: Timestamp,
    /// How it was cited.
    pub citation_text: String,
    /// Others may know that there was something.
    pub is_visible: bool,
    /// Why: an entry of the vocabulary `removalreasons`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal_reason: Option<Named>,
    /// The rule by which its owner could delete it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<Named>,
}

/// Something by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The id.
    pub id: String,
}

impl Field for Tombstone {
    type Value = Buried;
    const KEY: &'static str = "tombstone";
}

/// Where a dump keeps the instant that is shown as a day.
const REMOVED_AT: &str = "removed_at";

impl SystemField for Tombstone {
    fn key(&self) -> &'static str {
        Self::KEY
    }

    fn show(&self, _record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let Some(Value::Object(tombstone)) = document.get_mut(Self::KEY) else { return Ok(()) };
        if let Some(Value::String(instant)) = tombstone.get_mut("removal_date") {
            instant.truncate("2026-11-20".len());
        }
        Ok(())
    }

    fn hide(&self, document: &mut Map<String, Value>) {
        let Some(Value::Object(tombstone)) = document.get_mut(Self::KEY) else { return };
        if let Some(instant) = tombstone.shift_remove(REMOVED_AT) {
            tombstone.insert("removal_date".into(), instant);
        }
    }

    fn dump(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let stored = record.document.get(Self::KEY).and_then(|tombstone| tombstone.get("removal_date"));
        if let (Some(Value::Object(tombstone)), Some(instant)) = (document.get_mut(Self::KEY), stored) {
            tombstone.insert(REMOVED_AT.into(), instant.clone());
        }
        Ok(())
    }
}

/// What those are told who ask for a record that is deleted: its tombstone, or that there is nothing.
///
/// # Errors
/// [`Error::Internal`] if the tombstone is damaged.
pub fn gone(record: &Record) -> Result<Error> {
    let tombstone = record.get::<Tombstone>()?;
    Ok(match tombstone.filter(|tombstone| tombstone.is_visible) {
        Some(tombstone) => {
            Error::Gone { message: "Record deleted".into(), tombstone: Some(json!(tombstone)) }
        }
        None => Error::NotFound("Record not found".into()),
    })
}

impl SystemField for DeletionStatus {
    fn key(&self) -> &'static str {
        "deletion_status"
    }

    fn show(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        if document.get("is_draft") == Some(&json!(true)) {
            document.shift_remove(self.key());
            return Ok(());
        }
        let status = record.document.get(self.key()).cloned().unwrap_or(json!("P"));
        let shown = json!({"is_deleted": status != "P", "status": status});
        document.insert(self.key().into(), shown);
        Ok(())
    }

    fn hide(&self, document: &mut Map<String, Value>) {
        let status =
            document.shift_remove(self.key()).and_then(|mut shown| shown.get_mut("status").map(Value::take));
        if let Some(status) = status.filter(|status| *status != "P") {
            document.insert(self.key().into(), status);
        }
    }
}
