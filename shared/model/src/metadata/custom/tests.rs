//! Which fields there are under a configuration, and how each is read.

use serde_json::{Value, json};

use super::*;
use crate::metadata::{Context, load, tests::context};

const ALL: &str = "journal, imprint,thesis,meeting,codemeta";

/// What is kept of custom fields, and what is wrong with them.
fn read(configuration: &str, fields: &Value) -> (Value, Vec<(String, String)>) {
    let custom = CustomFields::parse(configuration).unwrap();
    let body = json!({"custom_fields": fields});
    let loaded = load(body.as_object().unwrap(), &Context { custom, ..context() }).unwrap();
    let errors = loaded.errors.into_iter().map(|mut error| (error.field, error.messages.remove(0)));
    (loaded.custom_fields.into(), errors.collect())
}

fn problem(field: &str, message: &str) -> Vec<(String, String)> {
    vec![(format!("custom_fields.{field}"), message.to_owned())]
}

#[test]
fn packaged_fields_are_cleaned_and_checked() {
    let valid = json!({
        "journal:journal": {"title": "Nature", "issue": "1", "volume": "2", "pages": "3-4", "issn": "1050-124X"},
        "imprint:imprint": {"title": "A book", "isbn": "978-3-16-148410-0", "pages": "1", "place": "Geneva", "edition": "2"},
        "thesis:thesis": {"university": "ETH", "department": "Physics", "type": "PhD", "date_submitted": "2020~", "date_defended": "[2020,2021]"},
        "thesis:university": "ETH",
        "meeting:meeting": {
            "acronym": "CHEP", "dates": "1-5 May", "place": "Oslo", "session_part": "1", "session": "A", "title": "Computing",
            "url": "https://example.org/chep", "identifiers": [{"identifier": "10.1234/x", "scheme": "doi"}],
        },
        "code:codeRepository": "https://example.org/code",
        "code:programmingLanguage": [{"id": "rust"}],
        "code:developmentStatus": {"id": "active"},
    });
    assert_eq!(read(ALL, &valid), (valid, Vec::new()));
    let (kept, problems) = read(
        ALL,
        &json!({
            "thesis:thesis": {"university": "<b>ETH</b> <i>Z</i>"}, "meeting:meeting": {"identifiers": [{"identifier": "doi:10.1234/x"}]}
        }),
    );
    assert_eq!(kept["thesis:thesis"]["university"], "ETH Z");
    assert_eq!(
        kept["meeting:meeting"]["identifiers"][0],
        json!({"identifier": "10.1234/x", "scheme": "doi"})
    );
    assert_eq!(problems, []);
}

#[test]
fn what_is_wrong_with_packaged_fields_is_said_and_dropped() {
    let date = "Please provide a valid date or interval.";
    for (field, key, value, message) in [
        ("journal:journal", "issn", json!("1234"), "Please provide a valid ISSN."),
        ("journal:journal", "title", json!(5), "Not a valid string."),
        ("journal:journal", "nope", json!("x"), "Unknown field."),
        ("imprint:imprint", "isbn", json!("1234"), "Please provide a valid ISBN."),
        ("thesis:thesis", "date_submitted", json!("yesterday"), date),
        ("meeting:meeting", "url", json!("example"), "You must provide a valid URL."),
        ("meeting:meeting", "place", json!(null), "Field may not be null."),
    ] {
        let given = json!({field: {key: value, "pages": "1", "dates": "2"}});
        let (kept, problems) = read(ALL, &given);
        assert!(
            problems.contains(&problem(&format!("{field}.{key}"), message)[0]),
            "{field}.{key}: {problems:?}"
        );
        assert!(kept[field].get(key).is_none(), "{field}.{key}");
    }
    for (value, message) in [
        ("https://example.org/<x>", "No angle brackets allowed."),
        ("example", "You must provide a valid URL."),
    ] {
        let (kept, problems) = read(ALL, &json!({"code:codeRepository": value}));
        assert_eq!((kept, problems), (json!({}), problem("code:codeRepository", message)));
    }
}

#[test]
fn fields_that_are_not_switched_on_are_unknown() {
    for configuration in ["", "imprint", "[]"] {
        let (kept, problems) = read(configuration, &json!({"journal:journal": {"title": "Nature"}}));
        assert_eq!((kept, problems), (json!({}), problem("journal:journal", "Unknown field.")));
    }
}

const DECLARED: &str = r#"["journal",
    {"name": "a:text", "type": "text"}, {"name": "a:words", "type": "keyword", "multiple": true, "facet": "Words"},
    {"name": "a:integer", "type": "integer"}, {"name": "a:double", "type": "double"}, {"name": "a:boolean", "type": "boolean"},
    {"name": "a:date", "type": "date"}, {"name": "a:edtf", "type": "edtf"},
    {"name": "a:language", "type": "vocabulary", "vocabulary": "languages"},
    {"name": "a:licenses", "type": "vocabulary", "vocabulary": "licenses", "multiple": true, "facet": "Terms"}, {"name": "journal:journal.title", "facet": "Journal"}]"#;

#[test]
fn declared_fields_are_read_by_their_type() {
    for (key, given, stored) in [
        ("a:text", json!("  x "), Ok(json!("x"))),
        ("a:text", json!(["x"]), Err("Not a valid string.")),
        ("a:words", json!(["x", "y"]), Ok(json!(["x", "y"]))),
        ("a:words", json!("x"), Err("Not a valid list.")),
        ("a:integer", json!(5), Ok(json!(5))),
        ("a:integer", json!("-7"), Ok(json!(-7))),
        ("a:integer", json!(5.0), Ok(json!(5))),
        ("a:integer", json!(5.5), Err("Not a valid integer.")),
        ("a:integer", json!(true), Err("Not a valid integer.")),
        ("a:double", json!(5.5), Ok(json!(5.5))),
        ("a:double", json!("0.25"), Ok(json!(0.25))),
        ("a:double", json!("inf"), Err("Not a valid number.")),
        ("a:double", json!({}), Err("Not a valid number.")),
        ("a:boolean", json!(false), Ok(json!(false))),
        ("a:boolean", json!("maybe"), Err("Not a valid boolean.")),
        ("a:date", json!("2020-02-29"), Ok(json!("2020-02-29"))),
        ("a:date", json!("2020"), Err("Not a valid date.")),
        ("a:edtf", json!("2019/2020"), Ok(json!("2019/2020"))),
        ("a:edtf", json!("2020?"), Err("Please provide a valid date or interval.")),
        ("a:language", json!({"id": "eng"}), Ok(json!({"id": "eng"}))),
        (
            "a:licenses",
            json!([{"id": "cc0-1.0"}, {"id": "mit"}]),
            Ok(json!([{"id": "cc0-1.0"}, {"id": "mit"}])),
        ),
        ("a:licenses", json!({"id": "mit"}), Err("Not a valid list.")),
    ] {
        let (kept, problems) = read(DECLARED, &json!({key: given}));
        match stored {
            Ok(stored) => assert_eq!((kept, problems), (json!({key: stored}), Vec::new()), "{key} {given}"),
            Err(message) => assert_eq!((kept, problems), (json!({}), problem(key, message)), "{key} {given}"),
        }
    }
}

#[test]
fn what_is_searched_and_counted_follows_from_the_declaration() {
    let custom = CustomFields::parse(DECLARED).unwrap();
    assert_eq!(
        custom.words,
        [
            ("custom_fields.a:text", "custom_words.a:text"),
            ("custom_fields.journal:journal.title", "custom_words.journal:journal.title"),
        ]
    );
    let facets: Vec<_> = custom.facets.iter().map(|facet| (facet.name, facet.label, facet.path)).collect();
    assert_eq!(
        facets,
        [
            ("a:words", "Words", "custom_fields.a:words"),
            ("a:licenses", "Terms", "custom_fields.a:licenses.id"),
            ("journal:journal.title", "Journal", "custom_fields.journal:journal.title"),
        ]
    );
    assert_eq!(custom.facets[1].vocabulary, Some("licenses"));
    let relations: Vec<_> =
        custom.relations.iter().map(|relation| (relation.path, relation.target)).collect();
    assert_eq!(
        relations,
        [("custom_fields.a:language", "languages"), ("custom_fields.a:licenses", "licenses")]
    );
    let counted = r#"["codemeta", {"name": "code:programmingLanguage", "facet": "Languages"}]"#;
    let facet = CustomFields::parse(counted).unwrap().facets[0];
    assert_eq!(facet.path, "custom_fields.code:programmingLanguage.id");
    assert_eq!(facet.vocabulary, Some("code:programmingLanguages"));
}

#[test]
fn a_configuration_that_cannot_be_meant_is_refused() {
    for (configuration, part) in [
        ("journal,nope", "there is no set of custom fields `nope`"),
        ("[", "is no JSON"),
        ("[5]", "cannot be read"),
        (r#"[{"name": "a:b", "type": "colour"}]"#, "unknown variant `colour`"),
        (r#"[{"name": "a:b", "type": "text", "more": 1}]"#, "unknown field `more`"),
        (r#"[{"name": "ab", "type": "text"}]"#, "`ab` is no name"),
        (r#"[{"name": "a:b.c", "type": "text"}]"#, "`a:b.c` is no name"),
        (r#"[{"name": "a:b"}]"#, "has no type"),
        (r#"[{"name": "a:b", "type": "vocabulary"}]"#, "`a:b` does not say of which `vocabulary`"),
        (r#"[{"name": "a:b", "type": "text", "vocabulary": "languages"}]"#, "and not that type"),
        (
            r#"[{"name": "a:b", "type": "vocabulary", "vocabulary": "affiliations"}]"#,
            "there is no vocabulary `affiliations` for the custom field `a:b`; there are: code:",
        ),
        (r#"[{"name": "a:b", "facet": "B"}]"#, "there is no custom field `a:b`"),
        (
            r#"["journal", {"name": "journal:journal", "facet": "B"}]"#,
            "there is no custom field `journal:journal`",
        ),
        (r#"["journal", {"name": "journal:journal.nope", "facet": "B"}]"#, "`journal:journal.nope`"),
        ("journal,journal", "`journal:journal` is declared twice"),
    ] {
        let refused = CustomFields::parse(configuration).unwrap_err();
        assert!(refused.contains(part), "{configuration}: {refused}");
    }
}
