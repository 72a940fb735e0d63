//! Keys that hold plain data and start empty: `custom_fields`, an entry's own content, …

use serde_json::{Map, Value};

use crate::{error::Result, field::SystemField, record::Record};

/// An object that starts empty.
pub struct EmptyObject(pub &'static str);

impl SystemField for EmptyObject {
    fn key(&self) -> &'static str {
        self.0
    }

    fn on_create(&self, record: &mut Record) -> Result<()> {
        record.document.insert(self.0.into(), Value::Object(Map::new()));
        Ok(())
    }
}
