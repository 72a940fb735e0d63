//! What is wrong with a deposition, in the words of those who send depositions.

use cairn_model::FieldError;
use serde_json::{Map, Value};

use super::{
    access,
    fields::{FIELDS, Field, Form},
    read::given,
    types,
};

/// What is missing.
pub(super) const MISSING: &str = "Missing data for required field.";
/// What a field is that nobody knows.
pub(super) const UNKNOWN: &str = "Unknown field name.";

/// Everything that was found wrong, and where the reading stands.
#[derive(Debug, Default)]
pub(super) struct Problems {
    path: Vec<String>,
    pub(super) found: Vec<FieldError>,
}

impl Problems {
    /// Does something one step further down.
    pub(super) fn at<T>(&mut self, key: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(key.to_owned());
        let result = act(self);
        self.path.pop();
        result
    }

    /// Reports a problem of the value in hand.
    pub(super) fn report(&mut self, message: &str) {
        self.found.push(FieldError::new(self.path.join("."), message));
    }

    /// Reports it unless something is wrong there already.
    pub(super) fn report_once(&mut self, message: &str) {
        let path = self.path.join(".");
        if !self.found.iter().any(|known| known.field == path) {
            self.found.push(FieldError::new(path, message));
        }
    }

    /// Text; numbers are texts to many who write them.
    pub(super) fn text(&mut self, value: &Value) -> Option<String> {
        match value {
            Value::String(text) => return Some(text.clone()),
            Value::Number(number) => return Some(number.to_string()),
            _ => self.report("Not a valid string."),
        }
        None
    }

    /// A text of an object, if it says something.
    pub(super) fn word(&mut self, object: &Value, key: &str) -> Option<String> {
        let value = given(object.as_object()?, key)?;
        self.at(key, |problems| problems.text(value))
    }

    /// A text that an object has to have.
    pub(super) fn needed(&mut self, object: &Value, key: &str) -> Option<String> {
        let word = self.word(object, key);
        if word.is_none() {
            self.at(key, |problems| problems.report_once(MISSING));
        }
        word
    }

    /// An object with no other keys than these.
    pub(super) fn object<'v>(&mut self, value: &'v Value, known: &[&str]) -> Option<&'v Map<String, Value>> {
        let Value::Object(object) = value else {
            self.report("Invalid input type.");
            return None;
        };
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            self.at(key, |problems| problems.report(UNKNOWN));
        }
        Some(object)
    }
}

/// Whether a fault of a draft is one that a deposition may not have. What is not there yet may come before it is published.
pub fn is_fault(error: &FieldError) -> bool {
    let is_missing = error.messages.iter().all(|message| message == MISSING);
    let is_whole = error.field.strip_prefix("metadata.").is_some_and(|name| !name.contains('.'));
    error.field != "files.enabled" && !(is_missing && is_whole)
}

/// The faults of a draft, where the deposition that was `sent` has them.
pub fn explained(faults: Vec<FieldError>, sent: &Map<String, Value>) -> Vec<FieldError> {
    let mut told = Vec::new();
    for fault in faults {
        let names = names(&fault.field, sent);
        told.extend(names.into_iter().map(|field| FieldError { field, messages: fault.messages.clone() }));
    }
    told
}

/// What a deposition calls what lies at this path of a draft: several names where it has that in several parts.
fn names(path: &str, sent: &Map<String, Value>) -> Vec<String> {
    let whole = |name: &str| vec![format!("metadata.{name}")];
    let steps: Vec<&str> = path.split('.').collect();
    let begins = |field: &&Field| steps.starts_with(field.at);
    if let Some(field) = FIELDS.iter().find(begins) {
        let place = steps.get(field.at.len()).filter(|_| is_in_order(field));
        return whole(&place.map_or(field.name.to_owned(), |place| format!("{}.{place}", field.name)));
    }
    match steps.as_slice() {
        ["metadata", "resource_type", ..] => whole(types::NAMES[0]),
        ["access", "embargo", ..] => whole(access::NAMES[1]),
        ["access", ..] => whole(access::NAMES[0]),
        ["pids", ..] => whole("doi"),
        ["files", ..] => vec!["files".to_owned()],
        ["custom_fields", set] => {
            let metadata = sent.get("metadata").and_then(Value::as_object);
            let is_sent = |name: &str| metadata.is_some_and(|metadata| given(metadata, name).is_some());
            let parts = FIELDS.iter().filter(|field| field.at[..2] == ["custom_fields", *set]);
            let parts: Vec<String> = parts
                .filter(|field| is_sent(field.name))
                .map(|field| format!("metadata.{}", field.name))
                .collect();
            if parts.is_empty() { whole(&format!("custom.{set}")) } else { parts }
        }
        ["custom_fields", rest @ ..] => whole(&format!("custom.{}", rest.join("."))),
        _ => vec![path.to_owned()],
    }
}

/// Whether the list of a record begins with what was sent, one for one.
fn is_in_order(field: &Field) -> bool {
    let is_alone = FIELDS.iter().filter(|other| other.name == field.name).count() == 1;
    matches!(field.form, Form::List(..)) && is_alone
}
