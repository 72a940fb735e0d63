//! What a body says about a record's files: whether there are any, and which one is shown first.

use serde_json::{Map, Value};

use super::loader::Loader;
use super::rule::{List, NULL, Object, Rule, TEXT, nullable, optional};

/// The part of `files` or `media_files` that clients may set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilesInput {
    /// Whether the body had the block at all.
    pub given: bool,
    /// Whether the record has files.
    pub enabled: Option<bool>,
    /// The key of the file shown first.
    pub default_preview: Option<String>,
}

static KEYS: List = List::of(TEXT);

static FILES: Object = Object {
    fields: &[
        optional("enabled", Rule::Boolean),
        nullable("default_preview", TEXT),
        optional("order", Rule::List(&KEYS)),
    ],
    ignored: &["count", "total_bytes", "entries", "links"],
    ..Object::PLAIN
};

/// Reads the block at `key`.
pub(super) fn load(key: &str, body: &Map<String, Value>, loader: &mut Loader<'_>) -> FilesInput {
    let valid = match body.get(key) {
        None => return FilesInput::default(),
        Some(Value::Null) => {
            loader.report_at(key, NULL);
            None
        }
        Some(input) => loader.at(key, |loader| loader.object(&FILES, input)),
    };
    let valid = valid.unwrap_or_default();
    FilesInput {
        given: true,
        enabled: valid.get("enabled").and_then(Value::as_bool),
        default_preview: valid.get("default_preview").and_then(Value::as_str).map(str::to_owned),
    }
}
