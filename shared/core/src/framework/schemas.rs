//! JSON Schemas, compiled when first needed: the last check before something is stored.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use cairn_model::{Error, FieldError, Result, kind::Kind};
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value};

/// Compiled schemas by id.
#[derive(Default)]
pub struct Schemas(Mutex<HashMap<&'static str, Arc<Validator>>>);

impl Schemas {
    /// Checks the structure of what is about to be stored.
    ///
    /// # Errors
    /// [`Error::Internal`]: input rules must not let through what the schema refuses, so this is a bug, not bad input.
    pub fn check(&self, kind: &Kind, body: &Value) -> Result<()> {
        let validator = self.compiled(kind.schema.id, kind.schema.text)?;
        let Err(error) = validator.validate(body) else { return Ok(()) };
        let place = error.instance_path().to_string();
        Err(Error::Internal(format!(
            "a {} does not fit `{}` at `{place}`: {error}",
            kind.name, kind.schema.id
        )))
    }

    /// Checks input from outside.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem, its path below `place`.
    pub fn admit(
        &self,
        id: &'static str,
        text: &'static str,
        place: &str,
        input: &Map<String, Value>,
    ) -> Result<()> {
        let validator = self.compiled(id, text)?;
        let problem = |error: ValidationError<'_>| {
            let below = error.instance_path().to_string().trim_matches('/').replace('/', ".");
            let path =
                [place, &below].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
            let message = alternatives(text, &error).unwrap_or_else(|| error.to_string());
            FieldError::new(if path.is_empty() { "_schema" } else { &path }, message)
        };
        let input = Value::Object(input.clone());
        let problems: Vec<FieldError> = validator.iter_errors(&input).map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }

    fn compiled(&self, id: &'static str, text: &'static str) -> Result<Arc<Validator>> {
        let mut compiled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = compiled.get(id) {
            return Ok(validator.clone());
        }
        let broken = |error: &dyn std::fmt::Display| Error::Internal(format!("schema `{id}`: {error}"));
        let schema: Value = serde_json::from_str(text).map_err(|error| broken(&error))?;
        let validator = Arc::new(jsonschema::validator_for(&schema).map_err(|error| broken(&error))?);
        compiled.insert(id, validator.clone());
        Ok(validator)
    }
}

/// What may be there where one of several keys has to be; nothing for other problems.
fn alternatives(schema: &str, error: &ValidationError<'_>) -> Option<String> {
    use jsonschema::error::ValidationErrorKind::{OneOfMultipleValid, OneOfNotValid};
    if !matches!(error.kind(), OneOfNotValid { .. } | OneOfMultipleValid { .. }) {
        return None;
    }
    let schema: Value = serde_json::from_str(schema).ok()?;
    let keys = schema.get("oneOf")?.as_array()?.iter().filter_map(|one| one["required"][0].as_str());
    Some(format!("Exactly one of these has to be there: {}.", keys.collect::<Vec<_>>().join(", ")))
}
