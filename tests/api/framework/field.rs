//! `condition`: a typed field with every hook.

use cairn_model::{Error, Result, field::SystemField, record::Field, record::Record};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The condition of a specimen.
pub(super) struct Condition;

/// What is stored of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    /// `intact`, `damaged` or `sealed`.
    pub(super) state: String,
    /// Its weight.
    pub(super) grams: u64,
    /// Set when it is stored.
    #[serde(default)]
    pub(super) fragile: bool,
}

/// The heaviest that a shelf carries.
const SHELF: u64 = 100_000;

impl Field for Condition {
    type Value = Stored;
    const KEY: &'static str = "condition";
}

impl SystemField for Condition {
    fn key(&self) -> &'static str {
        Self::KEY
    }

    fn on_create(&self, record: &mut Record) -> Result<()> {
        record.set::<Self>(&Stored { state: "intact".into(), grams: 0, fragile: false })
    }

    /// Catalogues of old were typed in capitals.
    fn on_load(&self, record: &mut Record) -> Result<()> {
        if let Some(mut condition) = record.get::<Self>()? {
            condition.state = condition.state.to_lowercase();
            record.set::<Self>(&condition)?;
        }
        Ok(())
    }

    fn pre_commit(&self, record: &mut Record) -> Result<()> {
        let Some(mut condition) = record.get::<Self>()? else { return Ok(()) };
        if condition.grams > SHELF {
            return Err(Error::field("condition.grams", "No shelf carries this."));
        }
        condition.fragile = condition.state == "damaged";
        record.set::<Self>(&condition)
    }

    fn show(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let Some(condition) = record.get::<Self>()? else { return Ok(()) };
        if let Some(Value::Object(shown)) = document.get_mut(Self::KEY) {
            shown.insert("label".into(), json!(format!("{}, {} g", condition.state, condition.grams)));
        }
        Ok(())
    }

    fn hide(&self, document: &mut Map<String, Value>) {
        if let Some(Value::Object(shown)) = document.get_mut(Self::KEY) {
            shown.shift_remove("label");
        }
    }

    fn dump(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let Some(condition) = record.get::<Self>()? else { return Ok(()) };
        document.insert("kilograms".into(), json!(condition.grams / 1_000));
        Ok(())
    }
}
