//! Keys that hold plain data and start empty: `custom_fields`, an entry's own content, …

use serde_json::{Map, Value};

use crate::{error::Result, field::SystemField, metadata::custom, record::Record};

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

/// Fields of the site's own: an object that starts empty, and whose words are searched too.
pub struct Custom;

impl SystemField for Custom {
    fn key(&self) -> &'static str {
        custom::KEY
    }

    fn on_create(&self, record: &mut Record) -> Result<()> {
        EmptyObject(custom::KEY).on_create(record)
    }

    fn dump(&self, _record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let given =
            document.get(custom::KEY).filter(|fields| fields.as_object().is_some_and(|all| !all.is_empty()));
        if let Some(fields) = given.cloned() {
            document.insert(custom::WORDS_KEY.into(), fields);
        }
        Ok(())
    }
}
