//! Quotas as administrators write them. `InvenioRDM`: records reference §11.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    Context,
    loader::Loader,
    rule::{Object, Rule, TEXT, optional, required},
};
use crate::{Error, Result, files::Allowance};

/// Most bytes that can be said: what every reader of JSON reads as it is. What a hundred files of that size come to can
/// still be counted.
const MOST: i64 = (1 << 53) - 1;

/// What is said of a quota.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QuotaInput {
    /// How much.
    #[serde(flatten)]
    pub allowance: Allowance,
    /// Why.
    pub notes: Option<String>,
}

static QUOTA: Object = Object {
    fields: &[
        required("quota_size", Rule::Custom(bytes)),
        required("max_file_size", Rule::Custom(bytes)),
        optional("notes", TEXT),
    ],
    ..Object::PLAIN
};

/// Nothing here depends on the day or on the site's languages.
static ANYWHERE: Context = Context::ANYWHERE;

/// Reads a quota.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_quota(body: &Map<String, Value>) -> Result<QuotaInput> {
    let mut loader = Loader::new(&ANYWHERE);
    let read = loader.object(&QUOTA, &Value::Object(body.clone())).unwrap_or_default();
    if !loader.errors.is_empty() {
        return Err(Error::Invalid(loader.errors));
    }
    serde_json::from_value(Value::Object(read)).map_err(|error| Error::Internal(format!("a quota: {error}")))
}

fn bytes(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number {
        Some(bytes) if (0..=MOST).contains(&bytes) => Some(bytes.into()),
        Some(_) => {
            loader.report(format!("Must be greater than or equal to 0 and less than or equal to {MOST}."));
            None
        }
        None => {
            loader.report("Not a valid integer.");
            None
        }
    }
}
