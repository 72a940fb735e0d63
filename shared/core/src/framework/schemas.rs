//! JSON Schemas, compiled when first needed: the last check before something is stored.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use cairn_model::{Error, Result, kind::Kind};
use jsonschema::Validator;
use serde_json::Value;

/// Compiled schemas by id.
#[derive(Default)]
pub struct Schemas(Mutex<HashMap<&'static str, Arc<Validator>>>);

impl Schemas {
    /// Checks the structure of what is about to be stored.
    ///
    /// # Errors
    /// [`Error::Internal`]: input rules must not let through what the schema refuses, so this is a bug, not bad input.
    pub fn check(&self, kind: &Kind, body: &Value) -> Result<()> {
        let validator = self.compiled(kind)?;
        let Err(error) = validator.validate(body) else { return Ok(()) };
        let place = error.instance_path().to_string();
        Err(Error::Internal(format!(
            "a {} does not fit `{}` at `{place}`: {error}",
            kind.name, kind.schema.id
        )))
    }

    fn compiled(&self, kind: &Kind) -> Result<Arc<Validator>> {
        let mut compiled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = compiled.get(kind.schema.id) {
            return Ok(validator.clone());
        }
        let broken =
            |error: &dyn std::fmt::Display| Error::Internal(format!("schema `{}`: {error}", kind.schema.id));
        let schema: Value = serde_json::from_str(kind.schema.text).map_err(|error| broken(&error))?;
        let validator = Arc::new(jsonschema::validator_for(&schema).map_err(|error| broken(&error))?);
        compiled.insert(kind.schema.id, validator.clone());
        Ok(validator)
    }
}
