//! A record has files, or says that it has none.

use cairn_model::{Record, Result};
use serde_json::{Map, Value};

use crate::framework::{Component, Stage, Step};

const MISSING: &str =
    "Missing uploaded files. To disable files for this record please mark it as metadata-only.";

/// A draft with files enabled needs at least one. Creating is not saving: it does not remind.
pub(super) struct FilesRule;

impl FilesRule {
    fn apply(step: &mut Step<'_>, draft: &Record) {
        if draft.document.get("files").is_some_and(|files| files["enabled"] == true) {
            step.problem("files.enabled", MISSING);
        }
    }
}

impl Component for FilesRule {
    fn save(&self, step: &mut Step<'_>, input: &Map<String, Value>, draft: &mut Record) -> Result<()> {
        if step.stage == Stage::Update {
            Self::apply(step, draft);
        }
        for set in ["files", "media_files"] {
            if let Some(key) =
                input.get(set).and_then(|files| files.get("default_preview")).and_then(Value::as_str)
            {
                step.problem(&format!("{set}.default_preview"), format!("No file with key \"{key}\""));
            }
        }
        Ok(())
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, _record: &mut Record) -> Result<()> {
        Self::apply(step, draft);
        Ok(())
    }
}
