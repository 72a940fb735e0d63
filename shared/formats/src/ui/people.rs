//! `ui.creators` and `ui.contributors`: people with numbered affiliations.

use serde_json::{Map, Value, json};

use crate::language::Language;

/// The people of `metadata[key]`, their affiliations numbered from 1 in order of appearance and listed once.
pub(crate) fn numbered(key: &str, people: &Value, language: Language<'_>) -> Option<Value> {
    let people = people.as_array().filter(|people| !people.is_empty())?;
    let mut affiliations = Vec::new();
    let people: Vec<Value> = people.iter().map(|person| one(person, &mut affiliations, language)).collect();
    let affiliations: Vec<Value> =
        affiliations.iter().zip(1..).map(|((name, id), number)| json!([number, name, id])).collect();
    let mut shown = Map::new();
    shown.insert(key.to_owned(), people.into());
    shown.insert("affiliations".to_owned(), affiliations.into());
    Some(shown.into())
}

type Affiliation<'json> = (&'json Value, Option<&'json Value>);

fn one<'json>(person: &'json Value, known: &mut Vec<Affiliation<'json>>, language: Language<'_>) -> Value {
    let mut shown = person.clone();
    if let Some(role) = shown.get_mut("role") {
        *role = json!({"id": role["id"], "title": language.pick(&role["title"])});
    }
    if let Some(affiliations) = person["affiliations"].as_array() {
        let numbers = affiliations.iter().map(|affiliation| number(affiliation, known));
        shown["affiliations"] = numbers.collect::<Vec<_>>().into();
    }
    shown
}

fn number<'json>(affiliation: &'json Value, known: &mut Vec<Affiliation<'json>>) -> Value {
    let id = affiliation.get("id");
    let name = affiliation.get("name").or(id).unwrap_or(&Value::Null);
    let place = known.iter().position(|seen| *seen == (name, id)).unwrap_or_else(|| {
        known.push((name, id));
        known.len() - 1
    });
    json!([place + 1, name])
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
    fn nobody_means_no_key() {
        assert_eq!(numbered("creators", &json!([]), Language::default()), None);
        assert_eq!(numbered("creators", &Value::Null, Language::default()), None);
    }
}
