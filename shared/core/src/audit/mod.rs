//! The audit log: who did what to what, and from where. Entries are made of events, when these are indexed, and never change
//! (ADR 0019). InvenioRDM: events reference, audit log.

mod entry;
mod keep;
mod read;
mod source;

use std::sync::Arc;

use cairn_model::{Record, Revision, kinds::audit::ENTRY};
use cairn_ports::{Key, search::Document};
use serde_json::{Map, Value, json};

use crate::framework::Shared;

pub(crate) use entry::is_kept;
pub(crate) use source::AuditSource;

/// Place of an entry within its partition.
const SORT: &str = "entry";

/// The service of the audit log.
pub struct Audit {
    shared: Arc<Shared>,
}

impl Audit {
    /// The service.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

fn key(id: &str) -> Key {
    Key::new(ENTRY.table, id, SORT)
}

/// An entry as it is shown.
fn shown(entry: Record) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("id".into(), json!(entry.id));
    shown.insert("created".into(), json!(entry.created));
    shown.extend(entry.document);
    shown
}

/// An entry as it is indexed. There is one version of it.
fn dump(entry: Record) -> Document {
    let id = entry.id.clone();
    Document { index: "audit", id, version: Revision::FIRST.0, source: Some(Value::Object(shown(entry))) }
}
