//! Relations: references to entries of other kinds, checked when written and copied when read.

use serde_json::{Map, Value};

/// A reference by `id` from a record to entries of one list of such entries.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    /// Dotted path of the referring objects; lists are walked.
    pub path: &'static str,
    /// The list they refer to.
    pub target: &'static str,
    /// Keys of the entry that are copied beside the id, in this order.
    pub copied: &'static [&'static str],
    /// Keys that are copied for the index only; the kind lists their paths in `index_only`.
    pub indexed: &'static [&'static str],
}

/// An entry that a record refers to: list and id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The list.
    pub target: &'static str,
    /// The entry's id within it.
    pub id: String,
}

/// All entries that `document` refers to, in order of appearance, repeated ones too.
pub fn references(relations: &[Relation], document: &Map<String, Value>) -> Vec<Reference> {
    let mut found = Vec::new();
    for relation in relations {
        let mut segments = relation.path.split('.');
        let Some(value) = segments.next().and_then(|first| document.get(first)) else { continue };
        visit(value, &segments.collect::<Vec<_>>(), &mut |object| {
            if let Some(id) = object.get("id").and_then(Value::as_str) {
                found.push(Reference { target: relation.target, id: id.to_owned() });
            }
        });
    }
    found
}

/// Copies what is shown of each entry beside its id. Entries that `entry` does not know stay bare ids.
pub fn dereference<'e>(
    relations: &[Relation],
    document: &mut Map<String, Value>,
    for_index: bool,
    entry: &dyn Fn(&'static str, &str) -> Option<&'e Value>,
) {
    each_mut(relations, document, &mut |relation, object| {
        let Some(found) = object.get("id").and_then(Value::as_str).and_then(|id| entry(relation.target, id))
        else {
            return;
        };
        let mut copy = |key: &str, change: fn(&Value) -> Value| {
            object.extend(found.get(key).map(|value| (key.to_owned(), change(value))));
        };
        relation.copied.iter().for_each(|key| copy(key, Value::clone));
        if for_index {
            relation.indexed.iter().for_each(|key| copy(key, without_blanks));
        }
    });
}

/// Puts `keys` of each entry beside its id, where nothing is there: for those who write the document in other forms.
pub fn lend<'e>(
    relations: &[Relation],
    document: &mut Map<String, Value>,
    keys: &[&str],
    entry: &dyn Fn(&'static str, &str) -> Option<&'e Value>,
) {
    each_mut(relations, document, &mut |relation, object| {
        let found = object.get("id").and_then(Value::as_str).and_then(|id| entry(relation.target, id));
        for key in keys {
            if let Some(value) = found.and_then(|found| found.get(*key)) {
                object.entry(*key).or_insert_with(|| value.clone());
            }
        }
    });
}

/// Blank texts would be counted by facets and found by nobody.
fn without_blanks(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            object.iter().filter(|(_, value)| **value != "").map(|(k, v)| (k.clone(), v.clone())).collect()
        }
        other => other.clone(),
    }
}

/// Whether `document`, as it was indexed, shows an entry as it is now wherever it refers to it; none that is gone is shown.
/// What is copied for the index alone does not come back from there: what has such copies may always be stale.
pub fn is_current(
    relations: &[Relation],
    document: &Map<String, Value>,
    shown: &Reference,
    entry: Option<&Value>,
) -> bool {
    let mut is_current = true;
    for relation in relations.iter().filter(|relation| relation.target == shown.target) {
        let mut segments = relation.path.split('.');
        let Some(value) = segments.next().and_then(|first| document.get(first)) else { continue };
        visit(value, &segments.collect::<Vec<_>>(), &mut |object| {
            if object.get("id").is_some_and(|id| *id == shown.id) {
                let same = |key: &&str| object.get(*key) == entry.and_then(|entry| entry.get(*key));
                is_current &= relation.indexed.is_empty() && relation.copied.iter().all(same);
            }
        });
    }
    is_current
}

/// Takes the copies away again: what is left of each reference by id is what is stored.
pub fn strip(relations: &[Relation], document: &mut Map<String, Value>) {
    each_mut(relations, document, &mut |relation, object| {
        if object.contains_key("id") {
            let copied = |key: &str| relation.copied.contains(&key) || relation.indexed.contains(&key);
            object.retain(|key, _| !copied(key));
        }
    });
}

fn each_mut(
    relations: &[Relation],
    document: &mut Map<String, Value>,
    act: &mut dyn FnMut(&Relation, &mut Map<String, Value>),
) {
    for relation in relations {
        let mut segments = relation.path.split('.');
        let Some(value) = segments.next().and_then(|first| document.get_mut(first)) else { continue };
        visit_mut(value, &segments.collect::<Vec<_>>(), &mut |object| act(relation, object));
    }
}

fn visit(value: &Value, path: &[&str], act: &mut dyn FnMut(&Map<String, Value>)) {
    match (value, path) {
        (Value::Array(elements), _) => elements.iter().for_each(|element| visit(element, path, act)),
        (Value::Object(object), []) => act(object),
        (Value::Object(object), [first, rest @ ..]) => {
            if let Some(next) = object.get(*first) {
                visit(next, rest, act);
            }
        }
        _ => {}
    }
}

fn visit_mut(value: &mut Value, path: &[&str], act: &mut dyn FnMut(&mut Map<String, Value>)) {
    match (value, path) {
        (Value::Array(elements), _) => elements.iter_mut().for_each(|element| visit_mut(element, path, act)),
        (Value::Object(object), []) => act(object),
        (Value::Object(object), [first, rest @ ..]) => {
            if let Some(next) = object.get_mut(*first) {
                visit_mut(next, rest, act);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const RELATIONS: &[Relation] = &[Relation {
        path: "metadata.people.role",
        target: "roles",
        copied: &["title"],
        indexed: &["icon", "props"],
    }];

    #[test]
    fn what_is_copied_for_reading_is_taken_away_again() {
        let stored =
            json!({"metadata": {"people": [{"role": {"id": "editor"}}, {}, {"role": {"id": "lost"}}]}});
        let mut document = stored.as_object().unwrap().clone();
        assert_eq!(references(RELATIONS, &document).len(), 2);
        let editor = json!({"id": "editor", "title": {"en": "Editor"}, "icon": "pen", "props": {"a": "", "b": "c"}, "tags": []});
        dereference(RELATIONS, &mut document, false, &|_, id| (id == "editor").then_some(&editor));
        assert_eq!(
            document["metadata"]["people"][0]["role"],
            json!({"id": "editor", "title": {"en": "Editor"}})
        );
        dereference(RELATIONS, &mut document, true, &|_, id| (id == "editor").then_some(&editor));
        assert_eq!(document["metadata"]["people"][0]["role"]["icon"], "pen");
        assert_eq!(document["metadata"]["people"][0]["role"]["props"], json!({"b": "c"}));
        strip(RELATIONS, &mut document);
        assert_eq!(Value::Object(document.clone()), stored);
        document["metadata"]["people"][0]["role"]["props"] = json!("own");
        lend(RELATIONS, &mut document, &["props", "icon", "none"], &|_, id| {
            (id == "editor").then_some(&editor)
        });
        let lent = json!({"id": "editor", "props": "own", "icon": "pen"});
        assert_eq!(document["metadata"]["people"][0]["role"], lent);
    }

    #[test]
    fn a_document_is_current_until_what_it_shows_changes() {
        let is = |indexed, entry: Option<Value>| {
            let document = json!({"metadata": {"people": [
                {"role": {"id": "lost"}}, {"role": {"id": "editor", "title": {"en": "Editor"}}}
            ]}});
            let shown = Reference { target: "roles", id: "editor".into() };
            let relations = [Relation { indexed, ..RELATIONS[0] }];
            is_current(&relations, document.as_object().unwrap(), &shown, entry.as_ref())
        };
        assert!(is(&[], Some(json!({"title": {"en": "Editor"}, "tags": ["x"]}))));
        assert!(!is(&[], Some(json!({"title": {"en": "Ed"}}))));
        assert!(!is(&[], Some(json!({}))));
        assert!(!is(&[], None));
        assert!(!is(&["icon"], Some(json!({"title": {"en": "Editor"}}))));
    }
}
