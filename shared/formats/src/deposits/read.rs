//! A deposition as the body of a draft.

use cairn_model::FieldError;
use serde_json::{Map, Value, json};

use super::{
    Ground, access, doi,
    fields::{self, CUSTOM, FIELDS, Field, Form, PASSED_OVER},
    problems::{MISSING, Problems, UNKNOWN},
    types,
};

/// What answers have beside the metadata: who sends a deposition as it was read means no more than these.
const ANSWERED: [&str; 15] = [
    "conceptdoi",
    "conceptrecid",
    "created",
    "doi",
    "doi_url",
    "files",
    "id",
    "links",
    "modified",
    "owner",
    "record_id",
    "record_url",
    "state",
    "submitted",
    "title",
];

/// What was sent: for a new draft, or in place of what a draft says.
#[derive(Debug, Clone, Copy)]
pub enum Sent<'a> {
    /// A new deposition.
    New(&'a Map<String, Value>),
    /// In place of what this draft says.
    Instead(&'a Map<String, Value>, &'a Map<String, Value>),
}

/// The body of a draft that says what was sent. What the form cannot say stays as the draft had it.
///
/// # Errors
/// Everything that is wrong with what was sent, in its own words.
pub fn body(sent: Sent<'_>, ground: Ground<'_>) -> Result<Map<String, Value>, Vec<FieldError>> {
    let (deposition, before) = match sent {
        Sent::New(deposition) => (deposition, None),
        Sent::Instead(deposition, before) => (deposition, Some(before)),
    };
    let mut problems = Problems::default();
    for key in deposition.keys().filter(|key| *key != "metadata" && !ANSWERED.contains(&key.as_str())) {
        problems.at(key, |problems| problems.report(UNKNOWN));
    }
    let mut body = kept(before);
    let empty = Map::new();
    let metadata = match (deposition.get("metadata"), before) {
        (Some(Value::Object(metadata)), _) => Some(metadata),
        (None | Some(Value::Null), None) => Some(&empty),
        (None | Some(Value::Null), Some(_)) => {
            problems.at("metadata", |problems| problems.report(MISSING));
            None
        }
        (Some(_), _) => {
            problems.at("metadata", |problems| problems.report("Invalid input type."));
            None
        }
    };
    if let Some(metadata) = metadata {
        problems.at("metadata", |problems| read(metadata, before, ground, &mut body, problems));
    }
    if problems.found.is_empty() { Ok(body) } else { Err(problems.found) }
}

fn read(
    sent: &Map<String, Value>,
    before: Option<&Map<String, Value>>,
    ground: Ground<'_>,
    body: &mut Map<String, Value>,
    problems: &mut Problems,
) {
    let empty = Map::new();
    let shown = before.unwrap_or(&empty);
    for (at, field) in FIELDS.iter().enumerate() {
        match field.form {
            Form::Text => text(field, sent, body, problems),
            // A list is read once, with all that lies in it.
            _ if FIELDS[..at].iter().any(|earlier| earlier.at == field.at) => {}
            _ => list(field.at, sent, shown, body, problems),
        }
    }
    if let Some(Value::Object(metadata)) = body.get_mut("metadata") {
        types::read(sent, metadata, problems);
        metadata.entry("publication_date").or_insert_with(|| json!(ground.today.to_string()));
        metadata.entry("publisher").or_insert_with(|| json!(ground.publisher));
    }
    access::read(sent, body, problems);
    doi::read(sent, before, ground, body, problems);
    custom(sent, body, problems);
    let specials = types::NAMES.iter().chain(&access::NAMES).chain(&PASSED_OVER).chain(&[CUSTOM, "doi"]);
    let known: Vec<&str> = FIELDS.iter().map(|field| field.name).chain(specials.copied()).collect();
    for key in sent.keys().filter(|key| !known.contains(&key.as_str())) {
        problems.at(key, |problems| problems.report(UNKNOWN));
    }
}

/// What a draft says, as it can be sent again: entries of vocabularies by their ids.
fn kept(before: Option<&Map<String, Value>>) -> Map<String, Value> {
    let Some(before) = before else {
        return Map::from_iter([
            ("metadata".to_owned(), json!({})),
            ("custom_fields".to_owned(), json!({})),
            ("files".to_owned(), json!({"enabled": true})),
        ]);
    };
    let part = |key: &str| before.get(key).map_or_else(|| json!({}), bare);
    let mut body: Map<String, Value> =
        ["metadata", "custom_fields", "access"].into_iter().map(|key| (key.to_owned(), part(key))).collect();
    for set in ["files", "media_files"] {
        let Some(files) = before.get(set) else { continue };
        let mut said = json!({"enabled": files["enabled"]});
        if let Some(preview) = files.get("default_preview").filter(|preview| preview.is_string()) {
            said["default_preview"] = preview.clone();
        }
        body.insert(set.to_owned(), said);
    }
    body
}

/// Entries that are shown with their titles, by their ids alone.
fn bare(shown: &Value) -> Value {
    match shown {
        Value::Object(object) => match object.get("id") {
            Some(id @ Value::String(_)) => json!({"id": id}),
            _ => Value::Object(object.iter().map(|(key, value)| (key.clone(), bare(value))).collect()),
        },
        Value::Array(items) => items.iter().map(bare).collect(),
        other => other.clone(),
    }
}

/// A value that says something.
pub(super) fn given<'v>(object: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    object.get(key).filter(|value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    })
}

fn text(field: &Field, sent: &Map<String, Value>, body: &mut Map<String, Value>, problems: &mut Problems) {
    let said = given(sent, field.name);
    if said.is_some() && said == fields::at(body, field.at) {
        return;
    }
    // What need not be said has a value all the same.
    let is_filled_in = ["publication_date", "imprint_publisher"].contains(&field.name);
    match said {
        Some(value) => {
            if let Some(text) = problems.at(field.name, |problems| problems.text(value)) {
                put(body, field.at, Some(json!(text)));
            }
        }
        None if is_filled_in => {}
        None => put(body, field.at, None),
    }
}

/// All that lies in one list of a record: what was sent of it, each as it was if it has not changed, and what cannot be said.
fn list(
    path: &'static [&'static str],
    sent: &Map<String, Value>,
    shown: &Map<String, Value>,
    body: &mut Map<String, Value>,
    problems: &mut Problems,
) {
    let before = fields::at(shown, path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let (mut is_used, mut all) = (vec![false; before.len()], Vec::new());
    for field in FIELDS.iter().filter(|field| field.at == path) {
        let (Form::One(read, show) | Form::List(read, show)) = field.form else { continue };
        let most = if matches!(field.form, Form::One(..)) { 1 } else { before.len() };
        let mut exposed: Vec<(usize, Value)> = (0..before.len())
            .filter(|at| !is_used[*at])
            .filter_map(|at| Some((at, show(&before[at])?)))
            .take(most)
            .collect();
        // What was shown and is not sent again is gone.
        for (at, _) in &exposed {
            is_used[*at] = true;
        }
        for (place, value) in sent_items(field, sent, problems) {
            let value = without_blanks(value);
            if let Some(same) = exposed.iter().position(|(_, shown)| *shown == value) {
                all.push(bare(&before[exposed.remove(same).0]));
                continue;
            }
            all.extend(problems.at(field.name, |problems| match place {
                Some(place) => problems.at(&place.to_string(), |problems| read(&value, problems)),
                None => read(&value, problems),
            }));
        }
    }
    all.extend(before.iter().zip(is_used).filter(|(_, is_used)| !is_used).map(|(kept, _)| bare(kept)));
    put(body, path, (!all.is_empty()).then_some(Value::Array(all)));
}

/// What was sent for a field of a list, and where in its list.
fn sent_items<'v>(
    field: &Field,
    sent: &'v Map<String, Value>,
    problems: &mut Problems,
) -> Vec<(Option<usize>, &'v Value)> {
    match (given(sent, field.name), &field.form) {
        (None, _) => Vec::new(),
        (Some(value), Form::One(..)) => vec![(None, value)],
        (Some(Value::Array(items)), _) => {
            items.iter().enumerate().map(|(place, item)| (Some(place), item)).collect()
        }
        (Some(_), _) => {
            problems.at(field.name, |problems| problems.report_once("Not a valid list."));
            Vec::new()
        }
    }
}

/// What says nothing is not there.
fn without_blanks(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let said = object.keys().filter(|key| given(object, key).is_some());
            said.map(|key| (key.clone(), object[key].clone())).collect()
        }
        other => other.clone(),
    }
}

/// Fields of the site's own. Those that were not sent at all stay.
fn custom(sent: &Map<String, Value>, body: &mut Map<String, Value>, problems: &mut Problems) {
    let Some(value) = sent.get(CUSTOM).filter(|value| !value.is_null()) else { return };
    let Value::Object(custom) = value else {
        return problems.at(CUSTOM, |problems| problems.report("Invalid input type."));
    };
    let Some(Value::Object(all)) = body.get_mut("custom_fields") else { return };
    all.retain(|name, _| fields::is_named(name));
    for (name, value) in custom {
        if fields::is_named(name) {
            problems.at(CUSTOM, |problems| problems.at(name, |problems| problems.report(UNKNOWN)));
        }
        all.insert(name.clone(), bare(value));
    }
}

/// Puts a value at a path, or takes it away, and objects that are left empty with it.
fn put(body: &mut Map<String, Value>, path: &[&str], value: Option<Value>) {
    let [key, rest @ ..] = path else { return };
    if rest.is_empty() {
        match value {
            Some(value) => body.insert((*key).to_owned(), value),
            None => body.shift_remove(*key),
        };
        return;
    }
    let inner = body.entry(*key).or_insert_with(|| json!({}));
    let Value::Object(object) = inner else { return };
    put(object, rest, value);
    let is_block = ["metadata", "custom_fields"].contains(key);
    if object.is_empty() && !is_block {
        body.shift_remove(*key);
    }
}
