//! An embargo is noted under the day on which it ends: what is to be opened is found by key.

use cairn_model::{FieldError, Record, Result, Revision, kinds::RECORDS};
use cairn_ports::{Expect, Item, Key};
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::framework::{Claim, Component, Step};

/// Partitions over which embargoes are spread.
pub(crate) const SHARDS: u8 = 16;

/// Notes when a published record is to be opened.
pub(super) struct EmbargoRule;

impl Component for EmbargoRule {
    fn lookups(&self, draft: &Record) -> Vec<Key> {
        due(draft).into_iter().collect()
    }

    fn publish(&self, step: &mut Step<'_>, draft: &Record, _record: &mut Record) -> Result<()> {
        if let Some(key) = due(draft).filter(|key| !step.found.contains_key(key)) {
            // Only another publication of the same record notes the same.
            let taken =
                FieldError::new("access.embargo.until", "The record is being published by somebody else.");
            let item = Item::new(key, Revision::FIRST, json!({}));
            step.claims.push(Claim { item, expect: Expect::Absent, taken });
        }
        Ok(())
    }
}

/// One of the partitions that hold when which record is to be opened; in them the earliest day comes first.
pub(crate) fn partition(shard: u8) -> String {
    format!("embargoes#{shard}")
}

/// The day on which a record is to be opened.
pub(crate) fn until(record: &Record) -> Option<NaiveDate> {
    let embargo = record.document.get("access")?.get("embargo")?;
    let is_active = embargo.get("active") == Some(&Value::Bool(true));
    embargo.get("until")?.as_str().filter(|_| is_active)?.parse().ok()
}

fn due(record: &Record) -> Option<Key> {
    let sum = record.id.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    let place = format!("{}#{}", until(record)?, record.id);
    Some(Key::new(RECORDS, partition(sum % SHARDS), place))
}
