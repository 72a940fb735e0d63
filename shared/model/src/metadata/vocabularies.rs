//! Entries of vocabularies, as administrators write them. `InvenioRDM`: vocabularies, JSON shapes.

use serde_json::{Map, Value};

use super::Context;
use super::access::day;
use super::agents::AFFILIATIONS;
use super::funding::FUNDER;
use super::loader::Loader;
use super::rule::{
    Field, List, MISSING, Object, Rule, TEXT, filled, keep_only_id, not_blank, nullable, optional, required,
};
use super::structures::{
    AFFILIATION_IDENTIFIERS, AWARD_IDENTIFIERS, FUNDER_IDENTIFIERS, NAME_IDENTIFIERS, SUBJECT_IDENTIFIERS,
    TRANSLATIONS,
};
use super::tables::SUBJECTS;
use crate::{Error, Result};

/// What comes back from clients that send what they read; `id` is read by [`load_entry`] itself.
const READ_ONLY: [&str; 5] = ["id", "created", "updated", "revision_id", "links"];

static WORDS: List = List::of(TEXT);
const WORD_LIST: Rule = Rule::List(&WORDS);
const NAME: Rule = not_blank("Name cannot be blank.");
const PROPS: Rule = Rule::Custom(|value, loader| loader.texts(value, |_| true));
const DAY: Rule = Rule::Custom(day);

const TITLE: Field = optional("title", TRANSLATIONS);
const DESCRIPTION: Field = optional("description", TRANSLATIONS);
const ICON: Field = optional("icon", TEXT);
const TAGS: Field = optional("tags", WORD_LIST);

static GENERIC: Object = Object {
    fields: &[TITLE, DESCRIPTION, ICON, TAGS, optional("props", PROPS), required("type", TEXT)],
    ignored: &READ_ONLY,
    ..Object::PLAIN
};

static NAMES: Object = Object {
    fields: &[
        TITLE,
        DESCRIPTION,
        ICON,
        TAGS,
        nullable("internal_id", TEXT),
        optional("name", TEXT),
        optional("given_name", TEXT),
        optional("family_name", TEXT),
        optional("identifiers", Rule::List(&NAME_IDENTIFIERS)),
        optional("affiliations", Rule::List(&NAME_AFFILIATIONS)),
        optional("props", PROPS),
    ],
    ignored: &READ_ONLY,
    check: |entry, loader| match (filled(entry, "family_name"), filled(entry, "given_name")) {
        (Some(family), Some(given)) => {
            let name = format!("{family}, {given}");
            entry.insert("name".into(), name.into());
        }
        _ if filled(entry, "name").is_none() => loader.report_at(
            "family_name",
            "A name or the family name together with the given name must be present.",
        ),
        _ => {}
    },
    ..Object::PLAIN
};

static NAME_AFFILIATIONS: List = List {
    refuse: AFFILIATIONS.refuse,
    ..List::of(Rule::Object(&Object {
        fields: &[optional("id", TEXT), optional("name", TEXT), optional("acronym", TEXT)],
        lenient: true,
        check: |entry, loader| {
            if filled(entry, "id").or_else(|| filled(entry, "name")).is_none() {
                loader.report_at("affiliations", "An existing id or a free text name must be present.");
            }
        },
        settle: keep_only_id,
        ..Object::PLAIN
    }))
};

static AFFILIATION: Object = Object {
    fields: &[
        TITLE,
        DESCRIPTION,
        ICON,
        TAGS,
        optional("acronym", TEXT),
        optional("identifiers", Rule::List(&AFFILIATION_IDENTIFIERS)),
        required("name", NAME),
        optional("country", TEXT),
        optional("country_name", TEXT),
        optional("location_name", TEXT),
        optional("website", TEXT),
        optional("domains", WORD_LIST),
        optional("aliases", WORD_LIST),
        optional("status", TEXT),
        optional("types", WORD_LIST),
    ],
    ignored: &READ_ONLY,
    ..Object::PLAIN
};

static FUNDERS: Object = Object {
    fields: &[
        TITLE,
        DESCRIPTION,
        ICON,
        TAGS,
        optional("acronym", TEXT),
        required("name", NAME),
        optional("country", TEXT),
        optional("country_name", TEXT),
        optional("location_name", TEXT),
        optional("identifiers", Rule::List(&FUNDER_IDENTIFIERS)),
        optional("aliases", WORD_LIST),
        optional("status", TEXT),
        optional("types", WORD_LIST),
    ],
    ignored: &READ_ONLY,
    ..Object::PLAIN
};

static AWARDS: Object = Object {
    fields: &[
        TITLE,
        DESCRIPTION,
        ICON,
        TAGS,
        optional("identifiers", Rule::List(&AWARD_IDENTIFIERS)),
        required("number", not_blank("Number cannot be blank.")),
        optional("funder", Rule::Object(&FUNDER)),
        optional("acronym", TEXT),
        optional("program", TEXT),
        optional("website", Rule::Custom(super::rights::link)),
        optional("short_description", TRANSLATIONS),
        optional("subjects", Rule::List(&SUBJECTS)),
        optional("organizations", Rule::List(&ORGANIZATIONS)),
        optional("start_date", DAY),
        optional("end_date", DAY),
    ],
    ignored: &READ_ONLY,
    ..Object::PLAIN
};

static ORGANIZATIONS: List = List::of(Rule::Object(&Object {
    fields: &[
        optional("id", TEXT),
        optional("name", TEXT),
        optional("identifiers", Rule::List(&AFFILIATION_IDENTIFIERS)),
        optional("organization", TEXT),
        optional("scheme", TEXT),
    ],
    ..Object::PLAIN
}));

static SUBJECT: Object = Object {
    fields: &[
        TITLE,
        DESCRIPTION,
        ICON,
        TAGS,
        required("scheme", TEXT),
        required("subject", TEXT),
        optional("props", Rule::Custom(words_by_key)),
        optional("identifiers", Rule::List(&SUBJECT_IDENTIFIERS)),
        optional("synonyms", WORD_LIST),
    ],
    ignored: &READ_ONLY,
    ..Object::PLAIN
};

/// A subject without a text of its own is called by its title.
fn with_subject(mut body: Map<String, Value>) -> Map<String, Value> {
    if filled(&body, "subject").is_none() {
        let titles = body.get("title").and_then(Value::as_object);
        let title = titles.and_then(|titles| titles.get("en").or_else(|| titles.values().next())).cloned();
        match title.filter(Value::is_string) {
            Some(title) => drop(body.insert("subject".into(), title)),
            None if body.get("subject").is_some_and(|subject| *subject == "" || subject.is_null()) => {
                drop(body.shift_remove("subject"));
            }
            None => {}
        }
    }
    body
}

/// An object whose values are texts, or lists of them.
fn words_by_key(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let mut output = Map::new();
    for (key, value) in loader.mapping(value)? {
        let rule = if value.is_array() { WORD_LIST } else { TEXT };
        let words = loader.at(key, |loader| loader.at("value", |loader| loader.load(rule, value)));
        output.extend(words.map(|value| (key.clone(), value)));
    }
    Some(Value::Object(output))
}

/// What is said when an entry has no id.
enum NoId {
    /// One sentence about the whole.
    Refuse,
    /// The usual message about the field.
    Report,
}

/// The vocabularies with a table of their own; all others are generic.
static SPECIFIC: [(&str, &Object, NoId); 5] = [
    ("names", &NAMES, NoId::Refuse),
    ("affiliations", &AFFILIATION, NoId::Refuse),
    ("funders", &FUNDERS, NoId::Refuse),
    ("awards", &AWARDS, NoId::Refuse),
    ("subjects", &SUBJECT, NoId::Report),
];

/// Nothing in an entry depends on the day or on the site's languages.
static ANYWHERE: Context = Context::ANYWHERE;

/// Reads the body of a vocabulary entry. The `id` is part of what is read when the entry is `creating`; afterwards
/// it is the address that counts. `type` of a generic entry is only required here: the service knows which exist.
///
/// # Errors
/// All that is wrong; `Missing PID.` if only the id is missing.
pub fn load_entry(vocabulary: &str, body: &Map<String, Value>, creating: bool) -> Result<Map<String, Value>> {
    let specific = SPECIFIC.iter().find(|(name, ..)| *name == vocabulary);
    if specific.is_none() && !body.contains_key("type") {
        return Err(Error::field("type", MISSING));
    }
    let (object, no_id) = specific.map_or((&GENERIC, &NoId::Report), |(_, object, no_id)| (*object, no_id));
    let mut loader = Loader::new(&ANYWHERE);
    let mut entry = Map::new();
    let id = creating.then(|| load_id(body, no_id, &mut loader)).flatten();
    entry.extend(id.map(|id| ("id".to_owned(), id)));
    let named = !creating || filled(&entry, "id").is_some();
    let body = if vocabulary == "subjects" { with_subject(body.clone()) } else { body.clone() };
    entry.extend(loader.object(object, &Value::Object(body)).unwrap_or_default());
    match loader.errors.is_empty() {
        false => Err(Error::Invalid(loader.errors)),
        true if !named => Err(Error::BadRequest("Missing PID.".into())),
        true => Ok(entry),
    }
}

fn load_id(body: &Map<String, Value>, no_id: &NoId, loader: &mut Loader<'_>) -> Option<Value> {
    match (body.get("id"), no_id) {
        (Some(id), _) if !id.is_null() => loader.at("id", |loader| loader.load(TEXT, id)),
        (_, NoId::Report) => {
            loader.missing("id");
            None
        }
        (_, NoId::Refuse) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(vocabulary: &str, body: &Value, creating: bool) -> Result<String, String> {
        let loaded = load_entry(vocabulary, body.as_object().unwrap(), creating);
        loaded.map(|entry| Value::Object(entry).to_string()).map_err(|error| match error {
            Error::Invalid(errors) => {
                let lines =
                    errors.iter().map(|error| format!("{}: {}", error.field, error.messages.join("|")));
                lines.collect::<Vec<_>>().join("\n")
            }
            other => other.to_string(),
        })
    }

    #[test]
    fn entries_are_stored_as_recorded() {
        for (vocabulary, body) in [
            (
                "languages",
                json!({"id": "tst", "title": {"en": "Test language"}, "tags": ["individual"],
                "props": {"alpha_2": "tt"}, "type": "languages"}),
            ),
            (
                "affiliations",
                json!({"id": "tst-aff", "title": {"en": "Test Institute"}, "acronym": "TI",
                "identifiers": [{"identifier": "03yrm5c26", "scheme": "ror"}], "name": "Test Institute"}),
            ),
            (
                "awards",
                json!({"id": "tst-fun::1", "title": {"en": "Award one"},
                "identifiers": [{"identifier": "https://example.org/aw", "scheme": "url"}], "number": "1",
                "funder": {"id": "tst-fun"}, "acronym": "TST"}),
            ),
            (
                "subjects",
                json!({"id": "https://example.org/fos/99", "title": {"en": "Test subject"}, "scheme": "FOS",
                "subject": "Test subject", "props": {"parents": ["a", "b"], "x": "y"}}),
            ),
            (
                "names",
                json!({"id": "n", "name": "Carberry, Josiah", "given_name": "Josiah", "family_name": "Carberry",
                "identifiers": [{"identifier": "0000-0002-1825-0097", "scheme": "orcid"}],
                "affiliations": [{"id": "x"}, {"name": "Wesleyan University"}]}),
            ),
        ] {
            assert_eq!(entry(vocabulary, &body, true), Ok(body.to_string()));
            let mut sent_back = body.clone();
            sent_back["links"] = json!({"self": "x"});
            sent_back["revision_id"] = json!(3);
            assert_eq!(entry(vocabulary, &sent_back, true), Ok(body.to_string()));
            let updated = load_entry(vocabulary, sent_back.as_object().unwrap(), false).unwrap();
            assert!(!updated.contains_key("id") && updated.len() + 1 == body.as_object().unwrap().len());
        }
    }

    #[test]
    fn wrong_entries_are_refused_with_every_problem() {
        let missing = "Missing data for required field.";
        for (vocabulary, body, message) in [
            ("languages", json!({"title": {"en": "No id"}}), format!("type: {missing}")),
            (
                "languages",
                json!({"type": "languages", "title": {"eng": "x"}, "x": 1}),
                format!(
                    "id: {missing}\ntitle.eng.key: String does not match expected pattern.\nx: Unknown field."
                ),
            ),
            ("affiliations", json!({}), format!("name: {missing}")),
            ("affiliations", json!({"name": ""}), "name: Name cannot be blank.".to_owned()),
            ("affiliations", json!({"name": "x"}), "Missing PID.".to_owned()),
            ("funders", json!({"name": "x"}), "Missing PID.".to_owned()),
            ("awards", json!({"id": "x"}), format!("number: {missing}")),
            ("subjects", json!({"subject": "x"}), format!("id: {missing}\nscheme: {missing}")),
            ("subjects", json!({"id": "x", "scheme": "y"}), format!("subject: {missing}")),
            ("subjects", json!({}), format!("id: {missing}\nscheme: {missing}\nsubject: {missing}")),
            (
                "names",
                json!({"id": "x", "family_name": "y"}),
                "family_name: A name or the family name together with the given name must be present."
                    .to_owned(),
            ),
            (
                "awards",
                json!({"id": "x", "number": "1", "start_date": "May", "website": "w"}),
                "website: Not a valid URL.\nstart_date: Not a valid date.".to_owned(),
            ),
        ] {
            assert_eq!(entry(vocabulary, &body, true), Err(message));
        }
    }
}
