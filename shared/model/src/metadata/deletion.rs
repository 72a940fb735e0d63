//! Why a record is deleted, as those who delete it write it. `InvenioRDM`: deletion, records reference §10.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Context;
use super::loader::Loader;
use super::rule::{Object, Rule, TEXT, html_from, nullable, optional, required};
use super::structures::REFERENCE;
use crate::fields::deletion::Named;
use crate::{Error, FieldError, Result};

/// What is said of a deletion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct DeletionInput {
    /// Why.
    pub removal_reason: Option<Named>,
    /// In words.
    pub note: Option<String>,
    /// Others may know of it.
    pub is_visible: Option<bool>,
    /// How the record is cited.
    pub citation_text: Option<String>,
}

/// What its owner says who wants a record deleted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeletionRequest {
    /// Why: the id of an entry.
    pub reason: String,
    /// In words.
    pub comment: Option<String>,
}

static DELETION: Object = Object {
    fields: &[
        optional("removal_reason", REFERENCE),
        optional("note", TEXT),
        optional("is_visible", Rule::Boolean),
        optional("citation_text", TEXT),
    ],
    ..Object::PLAIN
};

static COMMENT: Object = Object { fields: &[required("comment", html_from(25))], ..Object::PLAIN };

/// Reads why something that is not usual is to be done.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_comment(body: &Map<String, Value>) -> Result<String> {
    #[derive(Deserialize)]
    struct Said {
        comment: String,
    }
    read(&COMMENT, body).map(|said: Said| said.comment)
}

static REQUEST: Object =
    Object { fields: &[required("reason", TEXT), nullable("comment", html_from(25))], ..Object::PLAIN };

/// Nothing here depends on the day or on the site's languages.
static ANYWHERE: Context = Context::ANYWHERE;

/// Reads what is said of a deletion.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_deletion(body: &Map<String, Value>) -> Result<DeletionInput> {
    read(&DELETION, body)
}

/// Reads why an owner wants a record deleted.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_deletion_request(body: &Map<String, Value>) -> Result<DeletionRequest> {
    read(&REQUEST, body)
}

fn read<T: for<'de> Deserialize<'de>>(table: &'static Object, body: &Map<String, Value>) -> Result<T> {
    let mut loader = Loader::new(&ANYWHERE);
    let read = loader.object(table, &Value::Object(body.clone())).unwrap_or_default();
    if !loader.errors.is_empty() {
        return Err(Error::Invalid(loader.errors));
    }
    serde_json::from_value(Value::Object(read))
        .map_err(|error| Error::Invalid(vec![FieldError::new("_schema", error.to_string())]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_problem_of_a_deletion_is_told() {
        let body =
            json!({"removal_reason": "spam", "is_visible": "maybe", "removal_date": "2026-01-01", "note": 1});
        let Err(Error::Invalid(errors)) = load_deletion(body.as_object().unwrap()) else {
            panic!("it is wrong")
        };
        let told: Vec<String> =
            errors.iter().map(|error| format!("{}: {}", error.field, error.messages[0])).collect();
        assert_eq!(
            told,
            [
                "removal_reason._schema: Invalid input type.",
                "note: Not a valid string.",
                "is_visible: Not a valid boolean.",
                "removal_date: Unknown field.",
            ]
        );
        assert_eq!(load_deletion(&Map::new()).unwrap(), DeletionInput::default());
        assert!(load_deletion_request(&Map::new()).is_err());
    }
}
