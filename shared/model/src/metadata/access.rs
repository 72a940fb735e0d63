//! Who may see a record and its files, and until when not. `InvenioRDM`: access.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value};

use super::loader::Loader;
use super::rule::{NULL, Object, Rule, TEXT, nullable, optional, required};
use crate::{Error, Result};

/// Who may see something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Those who were given access.
    Restricted,
}

/// A restriction that ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Embargo {
    /// Whether it holds now.
    pub active: bool,
    /// Why there is one.
    pub reason: Option<String>,
    /// The day on which it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// The `access` of a record. Serialises in InvenioRDM's key order, without `status`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Access {
    /// Who may see the metadata.
    pub record: Visibility,
    /// Who may see the files; never more than may see the record.
    pub files: Visibility,
    /// Until when.
    pub embargo: Embargo,
}

impl Access {
    /// The one word for it: `embargoed`, `restricted`, `metadata-only` or `open`.
    pub fn status(&self, files_enabled: bool) -> &'static str {
        let restricted = |part| part == Visibility::Restricted;
        if self.embargo.active {
            "embargoed"
        } else if restricted(self.record) || (files_enabled && restricted(self.files)) {
            "restricted"
        } else if files_enabled {
            "open"
        } else {
            "metadata-only"
        }
    }

    /// Reads a stored `access`; what is not there is public.
    pub fn stored(access: &Map<String, Value>) -> Self {
        let part = |key| visibility(access.get(key)).unwrap_or_default();
        let embargo = access.get("embargo").and_then(Value::as_object).map(embargo).unwrap_or_default();
        Self { record: part("record"), files: part("files"), embargo }
    }
}

static EMBARGO: Object = Object {
    fields: &[
        nullable("active", Rule::Boolean),
        nullable("until", Rule::Custom(day)),
        nullable("reason", TEXT),
    ],
    check: |embargo, loader| {
        let future = until(embargo).map(|until| until > loader.context.today);
        match embargo.get("active").and_then(Value::as_bool) {
            Some(true) if future != Some(true) => {
                loader.report_at("until", "Embargo end date must be set to a future date.");
            }
            Some(false) if future == Some(true) => {
                loader.report_at("until", "Embargo end date must be unset or in the past.");
            }
            _ => {}
        }
    },
    ..Object::PLAIN
};

static ACCESS: Object = Object {
    fields: &[required("record", TEXT), required("files", TEXT), optional("embargo", Rule::Object(&EMBARGO))],
    ignored: &["status"],
    ..Object::PLAIN
};

/// A plain ISO date.
pub(super) fn day(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    if text.len() == 10 && text.parse::<NaiveDate>().is_ok() {
        return Some(text.into());
    }
    loader.report("Not a valid date.");
    None
}

/// Reads the `access` of a body.
///
/// # Errors
/// Refuses the body if a visibility is neither word, or only one of the two is given.
pub(super) fn load(body: &Map<String, Value>, loader: &mut Loader<'_>) -> Result<Access> {
    let input = match body.get("access") {
        None => return Ok(Access::default()),
        Some(Value::Null) => {
            loader.report_at("access", NULL);
            return Ok(Access::default());
        }
        Some(input) => input,
    };
    let given = loader.at("access", |loader| loader.object(&ACCESS, input)).unwrap_or_default();
    if given.is_empty() {
        return Ok(Access::default());
    }
    let mut access = Access::stored(&given);
    for key in ["record", "files"] {
        if visibility(given.get(key)).is_none() {
            let message = format!("'{key}' must be either 'public' or 'restricted'");
            return Err(Error::field("access", message));
        }
    }
    if access.record == Visibility::Restricted {
        access.files = Visibility::Restricted;
    }
    Ok(access)
}

fn visibility(value: Option<&Value>) -> Option<Visibility> {
    match value?.as_str()? {
        "public" => Some(Visibility::Public),
        "restricted" => Some(Visibility::Restricted),
        _ => None,
    }
}

fn until(embargo: &Map<String, Value>) -> Option<NaiveDate> {
    embargo.get("until").and_then(Value::as_str).and_then(|text| text.parse().ok())
}

fn embargo(map: &Map<String, Value>) -> Embargo {
    Embargo {
        active: map.get("active").and_then(Value::as_bool).unwrap_or_default(),
        reason: map.get("reason").and_then(Value::as_str).map(str::to_owned),
        until: until(map),
    }
}
