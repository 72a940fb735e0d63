//! `metadata`: what describes the record; here only what the index needs beside it.

use serde_json::{Map, Value, json};

use crate::{error::Result, field::SystemField, metadata::date_bounds, record::Record};

/// Descriptive metadata. Starts empty; dates become ranges and subjects are combined for facets in the index.
pub struct Metadata;

impl SystemField for Metadata {
    fn key(&self) -> &'static str {
        "metadata"
    }

    fn on_create(&self, record: &mut Record) -> Result<()> {
        record.document.insert(self.key().into(), json!({}));
        Ok(())
    }

    fn dump(&self, _record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let Some(Value::Object(metadata)) = document.get_mut(self.key()) else { return Ok(()) };
        if let Some(range) = metadata.get("publication_date").and_then(range_of) {
            metadata.insert("publication_date_range".into(), range);
        }
        if let Some(Value::Array(dates)) = metadata.get_mut("dates") {
            for date in dates.iter_mut().filter_map(Value::as_object_mut) {
                if let Some(range) = date.get("date").and_then(range_of) {
                    date.insert("date_range".into(), range);
                }
            }
        }
        let combined: Vec<Value> = metadata
            .get("subjects")
            .and_then(Value::as_array)
            .map(|subjects| subjects.iter().filter_map(combined_subject).collect())
            .unwrap_or_default();
        if !combined.is_empty() {
            metadata.insert("combined_subjects".into(), combined.into());
        }
        Ok(())
    }
}

/// First and last day of an EDTF date as an index range.
fn range_of(date: &Value) -> Option<Value> {
    let (first, last) = date_bounds(date.as_str()?)?;
    Some(json!({"gte": first.to_string(), "lte": last.to_string()}))
}

/// `scheme::subject` of a vocabulary subject, the text alone of a free one.
fn combined_subject(subject: &Value) -> Option<Value> {
    let text = subject.get("subject")?.as_str()?;
    Some(match subject.get("scheme").and_then(Value::as_str) {
        Some(scheme) => json!(format!("{scheme}::{text}")),
        None => json!(text),
    })
}
