//! Bodies and what InvenioRDM makes of them: the pairs recorded from a running one, and every message of the rules.

mod blocks;
mod fields;

use serde_json::{Map, Value, json};

use super::{Context, CustomFields, Loaded, check, load};
use crate::FieldError;

pub(in crate::metadata) fn context() -> Context {
    Context { today: "2024-06-15".parse().unwrap(), locales: &["en", "de"], custom: CustomFields::NONE }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn loaded(body: &Value) -> Loaded {
    load(&object(body), &context()).unwrap()
}

fn pairs(errors: &[FieldError]) -> Vec<(String, String)> {
    errors.iter().map(|error| (error.field.clone(), error.messages.join("|"))).collect()
}

/// The minimal metadata with one field set.
fn with(field: &str, value: &Value) -> Value {
    let mut metadata = json!({
        "resource_type": {"id": "dataset"},
        "creators": [{"person_or_org": {"type": "personal", "family_name": "Doe", "given_name": "Jane"}}],
        "title": "A title",
        "publication_date": "2024-03-01",
    });
    metadata[field] = value.clone();
    metadata
}

const MISSING: &str = "Missing data for required field.";
const NULL: &str = "Field may not be null.";
const UNKNOWN: &str = "Unknown field.";

#[test]
fn an_invalid_draft_is_reported_as_recorded() {
    let loaded = loaded(&json!({"metadata": {
        "title": "", "publication_date": "yesterday", "resource_type": {}, "unknown_field": 1, "languages": "eng",
        "creators": [
            {"person_or_org": {"type": "personal"}},
            {"person_or_org": {"type": "robot", "name": "R"}},
            {"person_or_org": {"type": "personal", "family_name": "X",
                "identifiers": [{"scheme": "orcid", "identifier": "1234"}]}},
        ],
        "dates": [{"date": "2020-13-45", "type": {"id": "other"}}],
        "related_identifiers": [{"identifier": "nonsense"}],
        "rights": [{"link": "not a url"}], "version": 5, "locations": {"features": [{}]}, "funding": [{}],
    }}));
    let expected = [
        ("resource_type.id", MISSING),
        ("creators.0.person_or_org.family_name", "Family name cannot be blank."),
        ("creators.1.person_or_org.type", "Invalid value. Choose one of ['organizational', 'personal']."),
        ("creators.2.person_or_org.identifiers.0.identifier", "Invalid ORCID identifier."),
        ("title", "Shorter than minimum length 3."),
        ("publication_date", "Please provide a valid date or interval."),
        ("dates.0.date", "Please provide a valid date or interval."),
        ("languages", "Not a valid list."),
        ("related_identifiers.0.scheme", "No valid scheme recognized for identifier."),
        ("related_identifiers.0.relation_type", MISSING),
        ("version", "Not a valid string."),
        ("rights.0.link", "Not a valid URL."),
        (
            "locations.features.0.locations",
            "At least one of ['geometry', 'place',                 identifiers', 'description'] must be present.",
        ),
        ("funding.0.funder", MISSING),
        ("unknown_field", UNKNOWN),
    ]
    .map(|(path, message)| (format!("metadata.{path}"), message.to_owned()));
    assert_eq!(pairs(&loaded.errors), expected);
    let kept = json!({
        "creators": [
            {"person_or_org": {"type": "personal"}},
            {"person_or_org": {"name": "R"}},
            {"person_or_org": {"type": "personal", "family_name": "X",
                "identifiers": [{"identifier": "1234", "scheme": "orcid"}]}},
        ],
        "dates": [{"type": {"id": "other"}}],
        "related_identifiers": [{"identifier": "nonsense"}],
    });
    assert_eq!(Value::Object(loaded.metadata).to_string(), kept.to_string());
}

#[test]
fn required_fields_are_only_missed_in_metadata_that_is_given() {
    assert_eq!(loaded(&json!({})).errors, []);
    let missing = ["resource_type", "creators", "title", "publication_date"];
    let expected: Vec<_> =
        missing.iter().map(|key| (format!("metadata.{key}"), MISSING.to_owned())).collect();
    assert_eq!(pairs(&loaded(&json!({"metadata": {}})).errors), expected);
    assert_eq!(pairs(&check(&Map::new(), &context())), expected);
    let body = json!({"metadata": with("version", &json!("1"))});
    assert_eq!(check(&object(&body), &context()), []);
}

#[test]
fn blocks_of_the_wrong_type_are_reported() {
    let body = json!({"metadata": [], "custom_fields": 1, "access": "x", "files": 2, "pids": 3, "foo": {}});
    let invalid = "Invalid input type.";
    let expected = [
        ("pids", "Not a valid mapping type."),
        ("metadata._schema", invalid),
        ("custom_fields._schema", invalid),
        ("access._schema", invalid),
        ("files._schema", invalid),
    ];
    assert_eq!(pairs(&loaded(&body).errors), expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
    let body = json!({"metadata": null, "custom_fields": null, "access": null, "files": null, "pids": null});
    assert!(loaded(&body).errors.iter().all(|error| error.messages == [NULL]));
    let body = json!({"custom_fields": {"journal:journal": {}, "x:y": 1}});
    let errors = ["custom_fields.journal:journal", "custom_fields.x:y"];
    assert_eq!(pairs(&loaded(&body).errors), errors.map(|path| (path.to_owned(), UNKNOWN.to_owned())));
}

#[test]
fn every_valid_field_is_kept_in_the_order_of_output() {
    let metadata = json!({
        "resource_type": {"id": "image-photo"},
        "creators": [
            {"person_or_org": {"type": "personal", "name": "Nielsen, Lars Holm", "given_name": "Lars Holm",
                "family_name": "Nielsen", "identifiers": [{"identifier": "0000-0001-8135-3489", "scheme": "orcid"},
                {"identifier": "gnd:4079154-3", "scheme": "gnd"}]},
             "role": {"id": "datamanager"}, "affiliations": [{"id": "01ggx4157"}, {"name": "free-text"}]},
            {"person_or_org": {"type": "organizational", "name": "CERN",
                "identifiers": [{"identifier": "01ggx4157", "scheme": "ror"}]}},
        ],
        "title": "A full record with every metadata field",
        "additional_titles": [{"title": "Ein Titel", "type": {"id": "translated-title"}, "lang": {"id": "deu"}}],
        "publisher": "InvenioRDM",
        "publication_date": "2018/2020-09",
        "subjects": [{"id": "https://example.org/fos/1"}, {"subject": "free keyword"}],
        "contributors": [{"person_or_org": {"type": "personal", "name": "Carberry", "family_name": "Carberry"},
            "role": {"id": "editor"}}],
        "dates": [{"date": "1939/1945", "type": {"id": "other"}, "description": "A date"}],
        "languages": [{"id": "dan"}, {"id": "eng"}],
        "identifiers": [{"identifier": "1924MNRAS..84..308E", "scheme": "ads"},
            {"identifier": "https://example.org/x", "scheme": "url"}],
        "related_identifiers": [{"identifier": "10.1234/foo.bar", "scheme": "doi",
            "relation_type": {"id": "iscitedby"}, "resource_type": {"id": "dataset"}}],
        "sizes": ["11 pages"],
        "formats": ["application/pdf"],
        "version": "v1.0",
        "rights": [{"id": "cc-by-4.0"}, {"title": {"en": "A custom license"},
            "description": {"en": "A description"}, "link": "https://example.org/custom-license"}],
        "copyright": "Copyright (C) 2024. The Authors.",
        "description": "<h1>A description</h1><p>with <strong>HTML tags</strong>alert(1)</p>",
        "additional_descriptions": [{"description": "Bla <b>bla</b>", "type": {"id": "methods"}, "lang": {"id": "eng"}}],
        "locations": {"features": [{"geometry": {"coordinates": [-32.94682, -60.63932], "type": "Point"},
            "place": "test location place", "identifiers": [{"identifier": "Q52140", "scheme": "wikidata"},
            {"identifier": "3838583", "scheme": "geonames"}], "description": "test location description"}]},
        "funding": [{"funder": {"id": "00k4n6c32"}, "award": {"number": "246686", "title": {"en": "OpenAIRE"},
            "identifiers": [{"identifier": "https://cordis.europa.eu/project/id/246686", "scheme": "url"}]}},
            {"funder": {"name": "A private funder"}}],
        "references": [{"identifier": "0000 0001 1456 7559", "scheme": "isni", "reference": "Nielsen et al,.."},
            {"reference": "Reference without identifier"}],
    });
    let mut reversed: Map<String, Value> = Map::new();
    for (key, value) in object(&metadata).into_iter().rev() {
        reversed.insert(key, value);
    }
    let loaded = loaded(&json!({"metadata": reversed}));
    assert_eq!(loaded.errors, []);
    assert_eq!(Value::Object(loaded.metadata).to_string(), metadata.to_string());
}

#[test]
fn a_record_with_thousands_of_creators_loads_quickly() {
    let creator = |number: usize| {
        json!({"person_or_org": {"type": "personal", "family_name": format!("Néwton {number}"), "given_name": "I."},
            "affiliations": [{"name": "Trinity College"}]})
    };
    let body = json!({"metadata": with("creators", &(0..3_000).map(creator).collect())});
    let body = object(&body);
    let start = std::time::Instant::now();
    let loaded = load(&body, &context()).unwrap();
    // Unoptimised and on a busy machine; optimised it takes a few milliseconds.
    assert!(start.elapsed().as_millis() < 1_000);
    assert_eq!(loaded.errors, []);
}
