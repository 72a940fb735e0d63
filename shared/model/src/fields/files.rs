//! `files` and `media_files`: whether a record has files, and what is shown of them.

use serde_json::{Map, Value, json};

use crate::{error::Result, field::SystemField, record::Record};

/// A set of files of a record. What is stored here is only whether there is one and how it is shown.
pub struct Files {
    /// The top-level key.
    pub key: &'static str,
    /// What new drafts begin with.
    pub enabled: bool,
}

/// Keys that are computed from the file set, in the order they are shown.
const SHOWN: [&str; 3] = ["count", "total_bytes", "entries"];

impl SystemField for Files {
    fn key(&self) -> &'static str {
        self.key
    }

    fn on_create(&self, record: &mut Record) -> Result<()> {
        record.document.insert(self.key.into(), json!({"enabled": self.enabled, "order": []}));
        Ok(())
    }

    fn show(&self, _record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        if let Some(Value::Object(files)) = document.get_mut(self.key) {
            for (key, value) in SHOWN.iter().zip([json!(0), json!(0), json!({})]) {
                files.insert((*key).into(), value);
            }
        }
        Ok(())
    }

    fn hide(&self, document: &mut Map<String, Value>) {
        if let Some(Value::Object(files)) = document.get_mut(self.key) {
            files.retain(|key, _| !SHOWN.contains(&key.as_str()));
        }
    }
}
