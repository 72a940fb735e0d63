//! Operations on vocabularies; those with a path of their own share the functions of the generic ones:
//! "names.search", "names.create", "names.read", "names.update", "names.delete" and so on are called by the tests that walk `own()`.

mod create;
mod delete;
mod import;
mod launch;
mod read;
mod resolve;
mod search;
mod types;
mod types_of_entries;
mod update;

use serde_json::{Value, json};

/// Vocabularies with a path of their own, and a body each that can be stored.
fn own() -> Vec<(&'static str, Value)> {
    vec![
        ("names", json!({"id": "n1", "given_name": "Ada", "family_name": "Lovelace"})),
        ("affiliations", json!({"id": "a1", "name": "Analytical Society", "acronym": "AS"})),
        ("funders", json!({"id": "f1", "name": "Royal Fund"})),
        ("awards", json!({"id": "f1::1", "number": "1", "title": {"en": "Engine"}})),
        ("subjects", json!({"id": "https://example.org/s/1", "scheme": "FOS", "subject": "Engines"})),
    ]
}

/// The description of an import.
pub(crate) fn stream() -> Value {
    json!({
        "readers": [{"type": "json", "args": {"origin": "spring"}}],
        "writers": [{"type": "affiliations-service"}],
    })
}
