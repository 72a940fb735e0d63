//! The shape of `pids`. Whether an identifier may be taken is the service's to say.

use serde_json::{Map, Value};

use super::loader::Loader;
use super::rule::{NULL, Object, TEXT, optional, required};

/// The schemes of a record's own identifiers.
pub const PID_SCHEMES: [&str; 2] = ["doi", "oai"];

static PID: Object = Object {
    fields: &[required("identifier", TEXT), required("provider", TEXT), optional("client", TEXT)],
    ..Object::PLAIN
};

/// Reads `pids`; `None` if they are not given, or are wrong: then what is stored stays.
pub(super) fn load(body: &Map<String, Value>, loader: &mut Loader<'_>) -> Option<Map<String, Value>> {
    let input = body.get("pids")?;
    let before = loader.errors.len();
    let valid = loader.at("pids", |loader| load_each(input, loader));
    valid.filter(|_| loader.errors.len() == before)
}

fn load_each(input: &Value, loader: &mut Loader<'_>) -> Option<Map<String, Value>> {
    if input.is_null() {
        loader.report(NULL);
        return None;
    }
    let mut output = Map::new();
    for (scheme, pid) in loader.mapping(input)? {
        if !PID_SCHEMES.contains(&scheme.as_str()) {
            loader.at(scheme, |loader| loader.report_at("key", "Invalid persistent identifier scheme."));
            continue;
        }
        let valid = loader.at(scheme, |loader| loader.at("value", |loader| load_one(pid, loader)));
        output.extend(valid.map(|pid| (scheme.clone(), Value::Object(pid))));
    }
    Some(output)
}

fn load_one(pid: &Value, loader: &mut Loader<'_>) -> Option<Map<String, Value>> {
    if pid.is_null() {
        loader.report(NULL);
        return None;
    }
    loader.object(&PID, pid)
}
