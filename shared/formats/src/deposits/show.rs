//! What a draft or record says, as the metadata of a deposition.

use serde_json::{Map, Value, json};

use super::{
    Ground, access, doi,
    fields::{self, CUSTOM, FIELDS, Form},
    types,
};

/// The metadata of a draft or record of this id.
pub fn metadata(id: &str, document: &Map<String, Value>, ground: Ground<'_>) -> Map<String, Value> {
    let mut shown = Map::new();
    if let Some(Value::Object(metadata)) = document.get("metadata") {
        shown.extend(types::show(metadata).into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    for field in FIELDS {
        let Some(stored) = fields::at(document, field.at) else { continue };
        let mut items = stored.as_array().into_iter().flatten();
        let value = match field.form {
            Form::Text => Some(stored.clone()),
            Form::One(_, show) => items.find_map(show),
            Form::List(_, show) => {
                let more: Vec<Value> = items.filter_map(show).collect();
                let before = shown.get(field.name).and_then(Value::as_array).cloned().unwrap_or_default();
                Some(Value::Array([before, more].concat())).filter(|all| *all != json!([]))
            }
        };
        shown.extend(value.map(|value| (field.name.to_owned(), value)));
    }
    shown.extend(access::show(document).into_iter().map(|(name, value)| (name.to_owned(), value)));
    let own = document.get("custom_fields").and_then(Value::as_object).into_iter().flatten();
    let own: Map<String, Value> = own
        .filter(|(name, _)| !fields::is_named(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if !own.is_empty() {
        shown.insert(CUSTOM.into(), Value::Object(own));
    }
    shown.extend(doi::of(document).map(|doi| ("doi".to_owned(), doi.clone())));
    if let Some((minted, _)) = ground.minted {
        shown.insert("prereserve_doi".into(), json!({"doi": minted, "recid": id}));
    }
    shown
}
