//! System fields: one top-level key of a record each, with hooks along the record's life.

use serde_json::{Map, Value};

use crate::{error::Result, record::Record, table::Table};

/// A system field. Every hook does nothing unless the field says otherwise.
pub trait SystemField: Send + Sync {
    /// The top-level key that the field looks after.
    fn key(&self) -> &'static str;

    /// A new record is made: set the default.
    fn on_create(&self, _record: &mut Record) -> Result<()> {
        Ok(())
    }

    /// A stored record was read (already in its present schema).
    fn on_load(&self, _record: &mut Record) -> Result<()> {
        Ok(())
    }

    /// Partitions whose items belong to the record and are read with it.
    fn beside(&self, _record: &Record) -> Vec<(Table, String)> {
        Vec::new()
    }

    /// Items whose counters tell of the record and are read with it, by table, partition and place; of a draft, too, which
    /// becomes the record.
    fn counted(&self, _record: &Record) -> Vec<(Table, String, &'static str)> {
        Vec::new()
    }

    /// The record is about to be stored: complete it, or refuse.
    fn pre_commit(&self, _record: &mut Record) -> Result<()> {
        Ok(())
    }

    /// The record is shown or indexed: add what is computed and everybody may see.
    fn show(&self, _record: &Record, _document: &mut Map<String, Value>) -> Result<()> {
        Ok(())
    }

    /// Takes away again what `show` added.
    fn hide(&self, _document: &mut Map<String, Value>) {}

    /// The record goes to the index: add what is only searched. Its paths are listed in the kind's `index_only`.
    fn dump(&self, _record: &Record, _document: &mut Map<String, Value>) -> Result<()> {
        Ok(())
    }
}
