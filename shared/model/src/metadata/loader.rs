//! Reads JSON by the tables of `rule`: keeps what is valid, reports what is not, in InvenioRDM's order.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::dates::{self, Form};
use super::rule::{Field, Length, List, MISSING, NOT_AN_OBJECT, NULL, Object, Rule, TEXT, UNKNOWN};
use super::{Context, html, text};
use crate::FieldError;

/// Where the reading stands, and all that was found wrong so far.
pub(super) struct Loader<'c> {
    pub(super) context: &'c Context,
    pub(super) errors: Vec<FieldError>,
    path: String,
}

impl<'c> Loader<'c> {
    pub(super) fn new(context: &'c Context) -> Self {
        Self { context, errors: Vec::new(), path: String::new() }
    }

    /// Reports a problem of the value in hand.
    pub(super) fn report(&mut self, message: impl Into<String>) {
        self.errors.push(FieldError::new(self.path.as_str(), message));
    }

    /// Reports a problem of something below the value in hand.
    pub(super) fn report_at(&mut self, key: &str, message: impl Into<String>) {
        self.at(key, |loader| loader.report(message));
    }

    /// Does something one step further down.
    pub(super) fn at<T>(&mut self, key: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        let result = act(self);
        self.path.truncate(length);
        result
    }

    /// Does something with one item of a list.
    fn at_index<T>(&mut self, index: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        // Writing to a string cannot fail.
        let _ = write!(self.path, ".{index}");
        let result = act(self);
        self.path.truncate(length);
        result
    }

    /// What is valid of `value`; `None` if nothing is.
    pub(super) fn load(&mut self, rule: Rule, value: &Value) -> Option<Value> {
        match rule {
            Rule::Text(length) => self.text(value, length, text::clean),
            Rule::Html(length) => self.text(value, length, html::sanitize),
            Rule::Date(form) => self.date(value, form),
            Rule::Boolean => self.boolean(value),
            Rule::Object(object) => self.object(object, value).map(Value::Object),
            Rule::List(list) => self.list(list, value),
            Rule::Custom(load) => load(value, self),
        }
    }

    /// The text of `value`, or the report that it is none.
    pub(super) fn string<'v>(&mut self, value: &'v Value) -> Option<&'v str> {
        let text = value.as_str();
        if text.is_none() {
            self.report("Not a valid string.");
        }
        text
    }

    fn text(&mut self, value: &Value, length: Length, clean: fn(&str) -> String) -> Option<Value> {
        let text = clean(self.string(value)?);
        if length.is_any() {
            return Some(Value::String(text));
        }
        let count = text.chars().count();
        let usual = if count < length.min {
            format!("Shorter than minimum length {}.", length.min)
        } else if count > length.max {
            format!("Longer than maximum length {}.", length.max)
        } else {
            return Some(Value::String(text));
        };
        self.report(length.message.map_or(usual, str::to_owned));
        None
    }

    fn date(&mut self, value: &Value, form: Form) -> Option<Value> {
        if value.as_str().is_some_and(|text| dates::is_valid(text, form)) {
            return Some(value.clone());
        }
        self.report(if value.is_string() {
            "Please provide a valid date or interval."
        } else {
            "Not a valid string."
        });
        None
    }

    fn boolean(&mut self, value: &Value) -> Option<Value> {
        const TRUE: [&str; 5] = ["true", "t", "yes", "on", "1"];
        const FALSE: [&str; 5] = ["false", "f", "no", "off", "0"];
        let word = match value {
            Value::Bool(_) => return Some(value.clone()),
            Value::String(text) => text.to_ascii_lowercase(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        if TRUE.contains(&word.as_str()) || FALSE.contains(&word.as_str()) {
            return Some(Value::Bool(TRUE.contains(&word.as_str())));
        }
        self.report("Not a valid boolean.");
        None
    }

    /// The valid keys of `value`; may be empty. `None` if it is no object.
    pub(super) fn object(&mut self, object: &'static Object, value: &Value) -> Option<Map<String, Value>> {
        let Value::Object(input) = value else {
            self.report_at("_schema", NOT_AN_OBJECT);
            return None;
        };
        let before = self.errors.len();
        let mut output = Map::with_capacity(object.fields.len().min(input.len() + 1));
        for field in object.fields {
            if let Some(value) = self.at_field(field, input.get(field.key)) {
                output.insert(field.key.to_owned(), value);
            }
        }
        self.report_unknown(object, input);
        let count = output.len();
        if self.errors.len() == before {
            (object.check)(&mut output, self);
        }
        (object.settle)(&mut output);
        Some(if output.len() > count { in_order(object.fields, output) } else { output })
    }

    fn at_field(&mut self, field: &Field, value: Option<&Value>) -> Option<Value> {
        match (value, field.missing) {
            (Some(Value::Null), _) if field.nullable => None,
            (Some(Value::Null), _) => {
                self.report_at(field.key, NULL);
                None
            }
            (Some(value), _) => {
                self.at(field.key, |loader| loader.load(field.rule, value)).filter(is_something)
            }
            (None, Some(message)) => {
                self.report_at(field.key, message);
                None
            }
            (None, None) => None,
        }
    }

    fn report_unknown(&mut self, object: &Object, input: &Map<String, Value>) {
        if object.lenient {
            return;
        }
        for key in input.keys().map(String::as_str) {
            let known = object.fields.iter().any(|field| field.key == key);
            if !known && !object.ignored.contains(&key) {
                self.report_at(key, UNKNOWN);
            }
        }
    }

    fn list(&mut self, list: &'static List, value: &Value) -> Option<Value> {
        let Value::Array(input) = value else {
            self.report("Not a valid list.");
            return None;
        };
        if let (true, Some(message)) = (input.is_empty(), list.empty) {
            self.report(message);
            return None;
        }
        let before = self.errors.len();
        let mut output = Vec::with_capacity(input.len());
        for (index, item) in input.iter().enumerate() {
            if item.is_null() {
                self.at_index(index, |loader| loader.report(NULL));
                continue;
            }
            output.extend(self.at_index(index, |loader| loader.load(list.item, item)).filter(is_something));
        }
        if self.errors.len() == before
            && let Some(message) = (list.refuse)(&output)
        {
            self.report(message);
            return None;
        }
        output.iter_mut().filter_map(Value::as_object_mut).for_each(list.settle);
        Some(Value::Array(output))
    }

    /// `{language: text}`; the languages are two small letters.
    pub(super) fn translations(&mut self, value: &Value) -> Option<Value> {
        self.texts(value, |key| key.len() == 2 && key.bytes().all(|byte| byte.is_ascii_lowercase()))
    }

    /// An object of texts whose keys are as `named` says.
    pub(super) fn texts(&mut self, value: &Value, named: fn(&str) -> bool) -> Option<Value> {
        let mut output = Map::new();
        for (key, text) in self.mapping(value)? {
            if !named(key) {
                self.at(key, |loader| loader.report_at("key", "String does not match expected pattern."));
                continue;
            }
            let text = self.at(key, |loader| {
                loader.at("value", |loader| {
                    if text.is_null() {
                        loader.report(NULL);
                        return None;
                    }
                    loader.load(TEXT, text)
                })
            });
            output.extend(text.map(|text| (key.clone(), text)));
        }
        Some(Value::Object(output))
    }

    /// `value` as an object with free keys, or the report that it is none.
    pub(super) fn mapping<'v>(&mut self, value: &'v Value) -> Option<&'v Map<String, Value>> {
        let mapping = value.as_object();
        if mapping.is_none() {
            self.report("Not a valid mapping type.");
        }
        mapping
    }

    /// Reports that the value at `key` has to be there.
    pub(super) fn missing(&mut self, key: &str) {
        self.report_at(key, MISSING);
    }
}

/// Empty lists and objects are not stored; empty text is.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => true,
    }
}

/// Puts derived keys where their field stands in the table.
fn in_order(fields: &[Field], mut map: Map<String, Value>) -> Map<String, Value> {
    fields.iter().filter_map(|field| map.remove_entry(field.key)).collect()
}
