//! Internal notes are for administrators: others who send some are told so, instead of losing them silently.

use cairn_model::{Error, Record, Result};
use serde_json::{Map, Value};

use crate::framework::{Component, Step};

/// Refuses internal notes from those who may not see them.
pub(super) struct NotesRule;

impl Component for NotesRule {
    fn save(&self, step: &mut Step<'_>, input: &Map<String, Value>, _draft: &mut Record) -> Result<()> {
        if input.contains_key("internal_notes") && !step.who.is_administrator() {
            return Err(Error::Denied);
        }
        Ok(())
    }
}
