//! `ui.creators` and `ui.contributors`: people with numbered affiliations.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::language::Language;

/// Name and id of an affiliation, and its number.
type Numbers<'json> = HashMap<(&'json Value, Option<&'json Value>), usize>;

/// The people of `metadata[key]`, their affiliations numbered from 1 in order of appearance and listed once.
pub(crate) fn numbered(key: &str, people: &Value, language: Language<'_>) -> Option<Value> {
    let people = people.as_array().filter(|people| !people.is_empty())?;
    let mut numbers = Numbers::new();
    let people: Vec<Value> = people.iter().map(|person| one(person, &mut numbers, language)).collect();
    let mut affiliations: Vec<_> = numbers.into_iter().collect();
    affiliations.sort_unstable_by_key(|(_, number)| *number);
    let affiliations = affiliations.into_iter().map(|((name, id), number)| json!([number, name, id]));
    let mut shown = Map::new();
    shown.insert(key.to_owned(), people.into());
    shown.insert("affiliations".to_owned(), affiliations.collect());
    Some(shown.into())
}

fn one<'json>(person: &'json Value, numbers: &mut Numbers<'json>, language: Language<'_>) -> Value {
    let mut shown = person.clone();
    if let Some(role) = shown.get_mut("role") {
        *role = json!({"id": role["id"], "title": language.pick(&role["title"])});
    }
    if let Some(affiliations) = person["affiliations"].as_array() {
        shown["affiliations"] = affiliations.iter().map(|affiliation| number(affiliation, numbers)).collect();
    }
    shown
}

fn number<'json>(affiliation: &'json Value, numbers: &mut Numbers<'json>) -> Value {
    let id = affiliation.get("id");
    let name = affiliation.get("name").or(id).unwrap_or(&Value::Null);
    let next = numbers.len() + 1;
    json!([numbers.entry((name, id)).or_insert(next), name])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_affiliation_is_listed_once_and_numbered_by_first_appearance() {
        let people = json!([
            {"person_or_org": {"name": "Nielsen, Lars"}, "role": {"id": "editor", "title": {"en": "Editor"}},
             "affiliations": [{"id": "01ggx4157", "name": "CERN", "identifiers": []}, {"name": "free-text"}]},
            {"person_or_org": {"name": "CERN"}},
            {"person_or_org": {"name": "Doe"}, "affiliations": [{"name": "free-text"}, {"name": "CERN"}, {"id": "x"}]},
        ]);
        let expected = json!({
            "creators": [
                {"person_or_org": {"name": "Nielsen, Lars"}, "role": {"id": "editor", "title": "Editor"},
                 "affiliations": [[1, "CERN"], [2, "free-text"]]},
                {"person_or_org": {"name": "CERN"}},
                {"person_or_org": {"name": "Doe"}, "affiliations": [[2, "free-text"], [3, "CERN"], [4, "x"]]},
            ],
            "affiliations": [[1, "CERN", "01ggx4157"], [2, "free-text", null], [3, "CERN", null], [4, "x", "x"]]
        });
        assert_eq!(numbered("creators", &people, Language::default()), Some(expected));
    }

    #[test]
    fn ten_thousand_affiliations_are_numbered_in_order() {
        let affiliations: Vec<Value> = (0..10_000).map(|place| json!({"name": format!("{place}")})).collect();
        let shown =
            numbered("creators", &json!([{"affiliations": affiliations}]), Language::default()).unwrap();
        assert_eq!(shown["affiliations"][9_999], json!([10_000, "9999", null]));
    }

    #[test]
    fn nobody_means_no_key() {
        assert_eq!(numbered("creators", &json!([]), Language::default()), None);
        assert_eq!(numbered("creators", &Value::Null, Language::default()), None);
    }
}
