//! A record that has long been public stays public.

use cairn_model::{Record, Result};
use serde_json::{Map, Value};

use crate::framework::{Component, Stage, Step};

/// InvenioRDM: days after publication in which a public record may still be restricted.
const GRACE_DAYS: i64 = 30;
const REFUSED: &str = "Record visibility can not be changed to restricted anymore. \
    Please contact support if you still need to make these changes.";

/// Refuses to restrict a public record more than 30 days after its publication.
pub(super) struct RestrictionRule;

impl RestrictionRule {
    fn apply(step: &mut Step<'_>, draft: &Record) {
        let Some(record) = step.record else { return };
        let age = (step.now.day() - record.created.day()).num_days();
        if visibility(record) == "public" && visibility(draft) == "restricted" && age > GRACE_DAYS {
            step.problem("access.record", REFUSED);
        }
    }
}

impl Component for RestrictionRule {
    fn save(&self, step: &mut Step<'_>, _input: &Map<String, Value>, draft: &mut Record) -> Result<()> {
        if step.stage == Stage::Update {
            Self::apply(step, draft);
        }
        Ok(())
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, _record: &mut Record) -> Result<()> {
        Self::apply(step, draft);
        Ok(())
    }
}

fn visibility(record: &Record) -> &str {
    record.document.get("access").and_then(|access| access["record"].as_str()).unwrap_or_default()
}
