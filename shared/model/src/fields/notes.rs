//! `internal_notes`: what administrators note about a record.

use serde_json::{Map, Value, json};

use crate::{error::Result, field::SystemField, record::Record};

/// Internal notes of a draft or record: a list, shown to administrators only.
pub struct InternalNotes;

impl SystemField for InternalNotes {
    fn key(&self) -> &'static str {
        "internal_notes"
    }

    fn show(&self, _record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        document.entry(self.key()).or_insert_with(|| json!([]));
        Ok(())
    }

    fn hide(&self, document: &mut Map<String, Value>) {
        if document.get(self.key()) == Some(&json!([])) {
            document.shift_remove(self.key());
        }
    }
}
