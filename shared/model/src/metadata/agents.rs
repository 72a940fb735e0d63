//! Creators and contributors: people and organisations, their roles and affiliations.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::loader::Loader;
use super::rule::{List, Object, Rule, TEXT, filled, keep_only_id, optional, required, required_or};
use super::structures::{AGENT_IDENTIFIERS, REFERENCE};

const TYPE_MESSAGE: &str = "Invalid value. Choose one of ['organizational', 'personal'].";

static PERSON_OR_ORG: Object = Object {
    fields: &[
        required_or("type", Rule::Custom(agent_type), TYPE_MESSAGE),
        optional("name", TEXT),
        optional("given_name", TEXT),
        optional("family_name", TEXT),
        optional("identifiers", Rule::List(&AGENT_IDENTIFIERS)),
    ],
    check: check_names,
    ..Object::PLAIN
};

fn agent_type(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let text = super::text::clean(loader.string(value)?);
    if ["personal", "organizational"].contains(&text.as_str()) {
        return Some(text.into());
    }
    loader.report(TYPE_MESSAGE);
    None
}

/// A person's name follows from its parts; an organisation has only the one.
fn check_names(agent: &mut Map<String, Value>, loader: &mut Loader<'_>) {
    if filled(agent, "type") == Some("personal") {
        let Some(family) = filled(agent, "family_name") else {
            agent.remove("family_name");
            return loader.report_at("family_name", "Family name cannot be blank.");
        };
        let name = match filled(agent, "given_name") {
            Some(given) => format!("{family}, {given}"),
            None => family.to_owned(),
        };
        agent.insert("name".into(), name.into());
    } else if filled(agent, "name").is_none() {
        agent.remove("name");
        loader.report_at("name", "Name cannot be blank.");
    } else {
        agent.retain(|key, _| !["given_name", "family_name"].contains(&key.as_str()));
    }
}

static AFFILIATION: Object = Object {
    fields: &[optional("id", TEXT), optional("name", TEXT)],
    check: |entry, loader| {
        if filled(entry, "id").is_none() && filled(entry, "name").is_none() {
            loader.report_at("affiliations", "An existing id or a free text name must be present.");
            entry.clear();
        }
    },
    ..Object::PLAIN
};

/// Affiliations, each once: by their names as they were sent, also where the id is what is stored.
pub(super) static AFFILIATIONS: List = List {
    refuse: refuse_repeated_affiliation,
    settle: keep_only_id,
    ..List::of(Rule::Object(&AFFILIATION))
};

fn refuse_repeated_affiliation(items: &[Value]) -> Option<String> {
    let mut seen = HashSet::with_capacity(items.len());
    let names = items.iter().filter_map(Value::as_object);
    let repeated: Vec<&str> = names
        .filter_map(|entry| filled(entry, "name").or_else(|| filled(entry, "id")))
        .filter(|name| !seen.insert(*name))
        .collect();
    (!repeated.is_empty()).then(|| format!("Duplicated affiliations: {}", repeated.join(", ")))
}

static CREATOR: Object = Object {
    fields: &[
        required("person_or_org", Rule::Object(&PERSON_OR_ORG)),
        optional("role", REFERENCE),
        optional("affiliations", Rule::List(&AFFILIATIONS)),
    ],
    ..Object::PLAIN
};

static CONTRIBUTOR: Object = Object {
    fields: &[
        required("person_or_org", Rule::Object(&PERSON_OR_ORG)),
        required("role", REFERENCE),
        optional("affiliations", Rule::List(&AFFILIATIONS)),
    ],
    ..Object::PLAIN
};

/// Creators: at least one.
pub(super) static CREATORS: List =
    List { empty: Some(super::rule::MISSING), ..List::of(Rule::Object(&CREATOR)) };

/// Contributors: each has a role.
pub(super) static CONTRIBUTORS: List = List::of(Rule::Object(&CONTRIBUTOR));
