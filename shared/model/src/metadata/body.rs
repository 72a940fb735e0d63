//! The body of a draft: what is kept of it and what is wrong with it.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::access::{self, Access};
use super::custom::{self, CustomFields};
use super::files::{self, FilesInput};
use super::loader::Loader;
use super::pids;
use super::rule::{NULL, Object};
use super::tables::METADATA;
use crate::{FieldError, Result};

/// What the rules depend on beside the body.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The day by which embargoes are judged.
    pub today: NaiveDate,
    /// The languages of the site, for free-text rights.
    pub locales: &'static [&'static str],
    /// The site's own fields.
    pub custom: &'static CustomFields,
}

impl Context {
    /// For what depends on none of it.
    pub(super) const ANYWHERE: Self =
        Self { today: NaiveDate::MIN, locales: &[], custom: CustomFields::NONE };
}

/// What a draft's body becomes: the parts that are valid, and everything that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// Cleaned and normalised, in the order of output; references are bare ids.
    pub metadata: Map<String, Value>,
    /// Fields of the site's own.
    pub custom_fields: Map<String, Value>,
    /// Who may see it.
    pub access: Access,
    /// What is said about its files.
    pub files: FilesInput,
    /// What is said about its media files.
    pub media_files: FilesInput,
    /// Its identifiers; `None` if the body does not give them rightly: what is stored stays.
    pub pids: Option<Map<String, Value>>,
    /// Everything wrong, in InvenioRDM's order.
    pub errors: Vec<FieldError>,
}

/// Reads the body of a draft. Keys that are not a client's to set are ignored.
///
/// # Errors
/// Only what refuses the whole body: an access that is neither public nor restricted.
pub fn load(body: &Map<String, Value>, context: &Context) -> Result<Loaded> {
    let mut loader = Loader::new(context);
    let pids = pids::load(body, &mut loader);
    let metadata = block("metadata", &METADATA, body, &mut loader);
    let custom_fields = block(custom::KEY, &context.custom.object, body, &mut loader);
    let access = access::load(body, &mut loader)?;
    let files = files::load("files", body, &mut loader);
    let media_files = files::load("media_files", body, &mut loader);
    Ok(Loaded { metadata, custom_fields, access, files, media_files, pids, errors: loader.errors })
}

/// Everything that keeps a stored draft from being published. A draft without metadata misses all of it.
pub fn check(stored: &Map<String, Value>, context: &Context) -> Vec<FieldError> {
    let mut loader = Loader::new(context);
    let empty = Value::Object(Map::new());
    let metadata = stored.get("metadata").unwrap_or(&empty);
    loader.at("metadata", |loader| loader.object(&METADATA, metadata));
    block(custom::KEY, &context.custom.object, stored, &mut loader);
    if let Err(crate::Error::Invalid(errors)) = access::load(stored, &mut loader) {
        loader.errors.extend(errors);
    }
    loader.errors
}

fn block(
    key: &str,
    object: &'static Object,
    body: &Map<String, Value>,
    loader: &mut Loader<'_>,
) -> Map<String, Value> {
    match body.get(key) {
        None => None,
        Some(Value::Null) => {
            loader.report_at(key, NULL);
            None
        }
        Some(input) => loader.at(key, |loader| loader.object(object, input)),
    }
    .unwrap_or_default()
}
