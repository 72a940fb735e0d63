//! `stats`: what was counted of a published record, of this version and of all versions together.

use serde_json::{Map, Value, json};

use crate::{
    error::Result, field::SystemField, fields::versions::ParentId, kinds::STATS, record::Record,
    table::Table, usage::Usage,
};

/// Statistics of a published record. Nothing of them is stored in it.
pub struct Stats;

/// Place of the counters within their partition.
pub const TOTAL: &str = "total";

/// The partition that counts the whole usage of a record, or of all versions of a parent.
pub fn total(id: &str) -> String {
    format!("total#{id}")
}

fn usage(record: &Record, id: &str) -> Usage {
    let row = record.beside.get(&total(id)).and_then(|rows| rows.first());
    row.map(|row| Usage::of(&row.counters)).unwrap_or_default()
}

impl SystemField for Stats {
    fn key(&self) -> &'static str {
        "stats"
    }

    fn counted(&self, record: &Record) -> Vec<(Table, String, &'static str)> {
        let parent = record.get::<ParentId>().ok().flatten();
        let ids = [Some(record.id.clone()), parent].into_iter().flatten();
        ids.map(|id| (STATS, total(&id), TOTAL)).collect()
    }

    fn show(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        if document.get("is_draft") == Some(&json!(true)) {
            return Ok(());
        }
        let parent = record.get::<ParentId>()?.unwrap_or_default();
        let shown = json!({
            "this_version": usage(record, &record.id).shown(),
            "all_versions": usage(record, &parent).shown(),
        });
        document.insert(self.key().into(), shown);
        Ok(())
    }

    fn hide(&self, document: &mut Map<String, Value>) {
        document.shift_remove(self.key());
    }
}
