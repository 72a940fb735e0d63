//! Internal notes are for administrators: others who send some are told so, instead of losing them silently.
//! `InvenioRDM`: metadata reference, top-level keys.

use cairn_model::{Error, Record, Result, metadata::html};
use serde_json::{Map, Value, json};

use crate::framework::{Component, Step, once::hash};

const KEY: &str = "internal_notes";

/// Takes internal notes from administrators, and refuses those of others.
pub(super) struct NotesRule;

impl Component for NotesRule {
    fn save(&self, step: &mut Step<'_>, input: &Map<String, Value>, draft: &mut Record) -> Result<()> {
        let Some(value) = input.get(KEY) else { return Ok(()) };
        if !step.who.is_administrator() {
            return Err(Error::Denied);
        }
        let Some(given) = value.as_array() else {
            step.problem(KEY, if value.is_null() { "Field may not be null." } else { "Not a valid list." });
            return Ok(());
        };
        let before = draft.document.get(KEY).and_then(Value::as_array).cloned().unwrap_or_default();
        let notes: Vec<Value> = given
            .iter()
            .enumerate()
            .filter_map(|(place, note)| taken(step, &draft.id, place, note, &before))
            .collect();
        if notes.is_empty() {
            draft.document.shift_remove(KEY);
        } else {
            draft.document.insert(KEY.into(), notes.into());
        }
        Ok(())
    }
}

/// A note that is there keeps who wrote it and when; a new one is the caller's, of now.
fn taken(step: &mut Step<'_>, draft: &str, place: usize, note: &Value, before: &[Value]) -> Option<Value> {
    let Some(note) = note.as_object() else {
        step.problem(&format!("{KEY}.{place}._schema"), "Invalid input type.");
        return None;
    };
    let text = match note.get("note") {
        None => Err("Missing data for required field."),
        Some(Value::Null) => Err("Field may not be null."),
        Some(value) => value.as_str().ok_or("Not a valid string."),
    };
    let text = match text {
        Ok(text) => html::sanitize(text),
        Err(message) => {
            step.problem(&format!("{KEY}.{place}.note"), message);
            return None;
        }
    };
    let known = note.get("id").and_then(|id| before.iter().find(|known| known["id"] == *id));
    if let Some(known) = known {
        let mut known = known.clone();
        known["note"] = text.into();
        return Some(known);
    }
    let digest = hash(&format!("{draft} {} {place} {text}", step.now));
    Some(json!({
        "id": digest.get(..32).unwrap_or(&digest),
        "timestamp": step.now,
        "added_by": {"user": step.who.id()},
        "note": text,
    }))
}
