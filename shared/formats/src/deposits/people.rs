//! People: `{"name": "Family, Given", "affiliation", "orcid", "gnd"}`, and what contributors did.

use serde_json::{Map, Value, json};

use super::{
    problems::{MISSING, Problems},
    words,
};

/// The identifiers of people that have names of their own.
const SCHEMES: [&str; 2] = ["orcid", "gnd"];

/// Somebody who made it.
pub(super) fn read_creator(sent: &Value, problems: &mut Problems) -> Option<Value> {
    person(sent, &[], problems).map(Value::Object)
}

/// Somebody who helped, with `type`.
pub(super) fn read_contributor(sent: &Value, problems: &mut Problems) -> Option<Value> {
    let mut person = person(sent, &["type"], problems)?;
    let Some(role) = problems.word(sent, "type") else {
        problems.at("type", |problems| problems.report_once(MISSING));
        return None;
    };
    person.insert("role".into(), json!({"id": role.to_ascii_lowercase()}));
    Some(Value::Object(person))
}

/// Somebody who supervised a thesis.
pub(super) fn read_supervisor(sent: &Value, problems: &mut Problems) -> Option<Value> {
    let mut person = person(sent, &[], problems)?;
    person.insert("role".into(), json!({"id": "supervisor"}));
    Some(Value::Object(person))
}

fn person(sent: &Value, also: &[&str], problems: &mut Problems) -> Option<Map<String, Value>> {
    let known = [&["name", "affiliation", "orcid", "gnd"], also].concat();
    problems.object(sent, &known)?;
    let name = problems.word(sent, "name");
    let affiliation = problems.word(sent, "affiliation");
    let identifiers: Vec<Value> = SCHEMES
        .into_iter()
        .filter_map(|scheme| Some(json!({"scheme": scheme, "identifier": problems.word(sent, scheme)?})))
        .collect();
    let Some(name) = name else {
        problems.at("name", |problems| problems.report_once(MISSING));
        return None;
    };
    // A name without a comma may be anybody's: records have it as a family name, and show it as it is.
    let mut who = match name.split_once(',') {
        Some((family, given)) if !family.trim().is_empty() && !given.trim().is_empty() => {
            json!({"type": "personal", "family_name": family.trim(), "given_name": given.trim()})
        }
        _ => json!({"type": "personal", "family_name": name.trim()}),
    };
    if !identifiers.is_empty() {
        who["identifiers"] = json!(identifiers);
    }
    let mut person = Map::from_iter([("person_or_org".to_owned(), who)]);
    if let Some(affiliation) = affiliation {
        person.insert("affiliations".into(), json!([{"name": affiliation}]));
    }
    Some(person)
}

/// Somebody who made it, as depositions say it.
pub(super) fn show_creator(stored: &Value) -> Option<Value> {
    let who = &stored["person_or_org"];
    let mut shown = json!({"name": who["name"].as_str()?});
    if let Some(name) = stored["affiliations"][0]["name"].as_str() {
        shown["affiliation"] = json!(name);
    }
    for scheme in SCHEMES {
        let mut identifiers = who["identifiers"].as_array().into_iter().flatten();
        if let Some(found) = identifiers.find(|identifier| identifier["scheme"] == scheme) {
            let bare = found["identifier"].as_str()?;
            shown[scheme] = json!(bare.strip_prefix(&format!("{scheme}:")).unwrap_or(bare));
        }
    }
    Some(shown)
}

/// Somebody who helped, as depositions say it.
pub(super) fn show_contributor(stored: &Value) -> Option<Value> {
    let mut shown = show_creator(stored)?;
    shown["type"] = json!(words::role(stored["role"]["id"].as_str()?));
    Some(shown)
}
