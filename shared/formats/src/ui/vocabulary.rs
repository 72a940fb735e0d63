//! Vocabulary entries for a user interface: flat, one text instead of all translations.

use serde_json::{Map, Value};

use super::{hits, list_keys};
use crate::language::Language;

/// A key of the entry and what it is called in the answer. Names in `_l10n` take one translation.
type Rows = [(&'static str, &'static str)];

const GENERIC: &Rows = &[
    ("id", "id"),
    ("title", "title_l10n"),
    ("description", "description_l10n"),
    ("props", "props"),
    ("icon", "icon"),
    ("tags", "tags"),
];
const ORGANISATION: &Rows = &[
    ("id", "id"),
    ("title", "title_l10n"),
    ("description", "description_l10n"),
    ("props", "props"),
    ("icon", "icon"),
    ("tags", "tags"),
    ("name", "name"),
    ("acronym", "acronym"),
    ("country", "country"),
    ("country_name", "country_name"),
    ("location_name", "location_name"),
    ("identifiers", "identifiers"),
];
const AWARD: &Rows = &[
    ("id", "id"),
    ("title", "title_l10n"),
    ("description", "description_l10n"),
    ("number", "number"),
    ("acronym", "acronym"),
    ("program", "program"),
    ("short_description", "short_description_l10n"),
    ("website", "website"),
    ("funder", "funder"),
    ("subjects", "subjects"),
    ("identifiers", "identifiers"),
    ("organizations", "organizations"),
];

/// How entries of `vocabulary` are shown; `None` for those that stay as they are.
fn rows(vocabulary: &str) -> Option<&'static Rows> {
    match vocabulary {
        "names" | "subjects" => None,
        "affiliations" | "funders" => Some(ORGANISATION),
        "awards" => Some(AWARD),
        _ => Some(GENERIC),
    }
}

/// An entry of `vocabulary` (`languages`, `affiliations`, …) from its public JSON. Names and subjects have no
/// other form and come back unchanged.
pub fn vocabulary_entry(
    vocabulary: &str,
    entry: Map<String, Value>,
    language: Language<'_>,
) -> Map<String, Value> {
    match rows(vocabulary) {
        Some(rows) => flat(&entry.into(), rows, language),
        None => entry,
    }
}

/// The same for each hit of a search answer, whose keys become `hits, aggregations?, links, sortBy`.
pub fn vocabulary_list(
    vocabulary: &str,
    mut list: Map<String, Value>,
    language: Language<'_>,
) -> Map<String, Value> {
    let Some(rows) = rows(vocabulary) else {
        return list;
    };
    for hit in hits(&mut list) {
        *hit = flat(hit, rows, language).into();
    }
    list_keys(list)
}

/// The keys of `rows` that `entry` has, under their names in the answer.
pub(super) fn flat(entry: &Value, rows: &Rows, language: Language<'_>) -> Map<String, Value> {
    let one = |(key, name): &(&str, &str)| {
        let value = entry.get(*key)?;
        let value = if name.ends_with("_l10n") { language.pick(value)?.into() } else { value.clone() };
        Some(((*name).to_owned(), value))
    };
    rows.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(vocabulary: &str, entry: &Value) -> String {
        let entry = vocabulary_entry(
            vocabulary,
            entry.as_object().unwrap().clone(),
            Language::new(&["de".to_owned()]),
        );
        Value::Object(entry).to_string()
    }

    #[test]
    fn an_entry_is_flat_and_in_one_language() {
        let entry = json!({
            "id": "dataset", "created": "x", "links": {}, "revision_id": 1, "title": {"de": "Datensatz", "en": "Dataset"},
            "icon": "table", "tags": ["linkable"], "props": {"csl": "dataset"}, "type": "resourcetypes"
        });
        let expected = json!({
            "id": "dataset", "title_l10n": "Datensatz", "props": {"csl": "dataset"}, "icon": "table", "tags": ["linkable"]
        });
        assert_eq!(shown("resourcetypes", &entry), expected.to_string());
    }

    #[test]
    fn organisations_and_awards_keep_what_makes_them() {
        let funder =
            json!({"id": "00k4n6c32", "title": {"en": "European Commission"}, "name": "EC", "country": "BE"});
        let expected =
            json!({"id": "00k4n6c32", "title_l10n": "European Commission", "name": "EC", "country": "BE"});
        assert_eq!(shown("funders", &funder), expected.to_string());
        let award = json!({
            "id": "f::1", "identifiers": [], "title": {"en": "Award"}, "number": "1", "start_date": "2020-01-01",
            "funder": {"id": "f", "name": "F"}, "short_description": {"en": "Short", "de": "Kurz"}
        });
        let expected = json!({
            "id": "f::1", "title_l10n": "Award", "number": "1", "short_description_l10n": "Kurz",
            "funder": {"id": "f", "name": "F"}, "identifiers": []
        });
        assert_eq!(shown("awards", &award), expected.to_string());
    }

    #[test]
    fn names_and_subjects_have_one_form_only() {
        let subject =
            json!({"id": "https://example.org/fos/1", "links": {"self": "x"}, "title": {"en": "Sciences"}});
        assert_eq!(shown("subjects", &subject), subject.to_string());
        assert_eq!(shown("names", &subject), subject.to_string());
    }

    #[test]
    fn a_list_loses_its_page_and_shows_each_hit_flat() {
        let list = json!({
            "hits": {"hits": [{"id": "eng", "title": {"en": "English"}, "revision_id": 1}], "total": 1},
            "sortBy": "title", "page": 1, "links": {"self": "x"}
        });
        let expected = json!({
            "hits": {"hits": [{"id": "eng", "title_l10n": "English"}], "total": 1},
            "links": {"self": "x"}, "sortBy": "title"
        });
        let list = list.as_object().unwrap().clone();
        let shown = vocabulary_list("languages", list.clone(), Language::default());
        assert_eq!(Value::Object(shown).to_string(), expected.to_string());
        assert_eq!(vocabulary_list("subjects", list.clone(), Language::default()), list);
    }
}
