//! What depositors write: metadata, custom fields, access, identifiers, whether there are files.

use cairn_model::{
    Record, Result,
    metadata::{self, Context, custom},
};
use serde_json::{Map, Value, json};

use crate::framework::{Component, Step};

/// Takes over what is valid of the input; checks all of it again when the draft is published.
pub(super) struct Body;

/// Languages in which free texts may be given, beside English (configuration of the site).
const LOCALES: &[&str] = &["en"];

fn context(step: &Step<'_>) -> Result<Context> {
    Ok(Context { today: step.now.day(), locales: LOCALES, custom: step.custom_fields.known()? })
}

impl Component for Body {
    fn save(&self, step: &mut Step<'_>, input: &Map<String, Value>, draft: &mut Record) -> Result<()> {
        let loaded = metadata::load(input, &context(step)?)?;
        let document = &mut draft.document;
        document.insert("metadata".into(), Value::Object(loaded.metadata));
        document.insert(custom::KEY.into(), Value::Object(loaded.custom_fields));
        document.insert("access".into(), json!(loaded.access));
        if let Some(pids) = loaded.pids {
            document.insert("pids".into(), Value::Object(pids));
        }
        for (key, enabled) in [("files", loaded.files.enabled), ("media_files", loaded.media_files.enabled)] {
            if let (Some(enabled), Some(Value::Object(files))) = (enabled, document.get_mut(key)) {
                files.insert("enabled".into(), json!(enabled));
            }
        }
        step.errors.extend(loaded.errors);
        Ok(())
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, _record: &mut Record) -> Result<()> {
        step.errors.extend(metadata::check(&draft.document, &context(step)?));
        Ok(())
    }
}
