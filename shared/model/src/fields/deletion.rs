//! `deletion_status`: published, deleted, or marked to be purged.

use serde_json::{Map, Value, json};

use crate::{error::Result, field::SystemField, record::Record};

/// Deletion state of a published record. A record without a stored state is published (`P`).
pub struct DeletionStatus;

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
