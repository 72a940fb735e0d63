//! System fields: one top-level key of a record each, with hooks along the record's life.

use serde_json::{Map, Value};

use crate::{error::Result, record::Record};

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

    /// The record is about to be stored: complete it, or refuse.
    fn pre_commit(&self, _record: &mut Record) -> Result<()> {
        Ok(())
    }

    /// The record goes to the index: add what is searched but not stored.
    fn dump(&self, _record: &Record, _dump: &mut Map<String, Value>) -> Result<()> {
        Ok(())
    }

    /// The record comes back from the index: take away what `dump` added.
    fn undump(&self, _dump: &mut Map<String, Value>) -> Result<()> {
        Ok(())
    }
}
