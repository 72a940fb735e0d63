//! Bodies and what InvenioRDM makes of them: the pairs recorded from a running one, and every message of the rules.

use serde_json::{Map, Value, json};

use super::{Context, Loaded, check, load};
use crate::{Error, FieldError};

pub(super) fn context() -> Context {
    Context { today: "2024-06-15".parse().unwrap(), locales: &["en", "de"] }
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

/// Loads one field: what is kept of it, and the errors with the path below the field.
fn field(name: &str, value: &Value) -> (Value, Vec<(String, String)>) {
    let loaded = loaded(&json!({"metadata": with(name, value)}));
    let kept = loaded.metadata.get(name).cloned().unwrap_or_default();
    let prefix = format!("metadata.{name}");
    let below = |path: String| path.strip_prefix(&prefix).unwrap().trim_start_matches('.').to_owned();
    (kept, pairs(&loaded.errors).into_iter().map(|(path, message)| (below(path), message)).collect())
}

/// A field, what is sent, what is kept (null: nothing), and what is reported below it.
type Case = (&'static str, Value, Value, &'static [(&'static str, &'static str)]);

fn run(cases: &[Case]) {
    for (name, sent, kept, errors) in cases {
        let found = field(name, sent);
        let errors: Vec<_> = errors.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(found.1, errors, "{name}: {sent}");
        assert_eq!(found.0.to_string(), kept.to_string(), "{name}: {sent}");
    }
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
    let expected: Vec<_> = missing.iter().map(|key| (format!("metadata.{key}"), MISSING.to_owned())).collect();
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
        "funding": [{"funder": {"id": "00k4n6c32"}, "award": {"title": {"en": "OpenAIRE"}, "number": "246686",
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
fn text_fields_are_cleaned_and_measured() {
    run(&[
        ("title", json!("  ab "), json!(null), &[("", "Shorter than minimum length 3.")]),
        ("title", json!(" caf&eacute;\u{0}"), json!("café"), &[]),
        ("title", json!(null), json!(null), &[("", NULL)]),
        ("publisher", json!(""), json!(""), &[]),
        ("version", json!("v".repeat(192)), json!(null), &[("", "Longer than maximum length 191.")]),
        ("sizes", json!([" ", "1 kB", 1]), json!(["1 kB"]),
            &[("0", "Size cannot be a blank string."), ("2", "Not a valid string.")]),
        ("formats", json!([""]), json!(null), &[("0", "Format cannot be a blank string.")]),
        ("formats", json!([]), json!(null), &[]),
        ("description", json!("<p></p>"), json!("<p></p>"), &[]),
        ("description", json!("<hr>ab"), json!(null), &[("", "Shorter than minimum length 3.")]),
        ("copyright", json!(""), json!(null), &[("", "Shorter than minimum length 1.")]),
        ("publication_date", json!(" 2020 "), json!(" 2020 "), &[]),
        ("publication_date", json!(2020), json!(null), &[("", "Not a valid string.")]),
        ("additional_titles", json!([{"title": "ab", "type": {"id": "x", "title": {}}, "lang": {"name": "x"}}, "x"]),
            json!([{"type": {"id": "x"}}]),
            &[("0.title", "Shorter than minimum length 3."), ("0.lang.id", MISSING), ("0.lang.name", UNKNOWN),
              ("1._schema", "Invalid input type.")]),
    ]);
}

#[test]
fn identifiers_are_detected_checked_and_normalised() {
    const INVALID: &str = "No valid scheme recognized for identifier.";
    run(&[
        ("identifiers", json!([{"identifier": "https://doi.org/10.1/x"}]),
            json!([{"identifier": "10.1/x", "scheme": "doi"}]), &[]),
        ("identifiers", json!([{"identifier": "nonsense"}, {"identifier": "a", "scheme": "b"},
            {"scheme": "doi"}, {}, {"identifier": "", "scheme": ""}]),
            json!([{"identifier": "nonsense"}, {"identifier": "a", "scheme": "b"}, {"scheme": "doi"},
                {"identifier": "", "scheme": ""}]),
            &[("0.scheme", INVALID), ("1.scheme", "Invalid scheme."), ("2.identifier", MISSING),
              ("3.identifier", MISSING), ("3.scheme", MISSING), ("4.identifier", MISSING), ("4.scheme", MISSING)]),
        ("identifiers", json!([{"identifier": "10.1/x"}, {"identifier": "doi:10.1/x", "scheme": "doi"}]), json!(null),
            &[("", "Duplicated identifier entry is not allowed.")]),
        ("identifiers", json!([{"identifier": "10.1/x"}, {"identifier": "10.1/X"}]),
            json!([{"identifier": "10.1/x", "scheme": "doi"}, {"identifier": "10.1/X", "scheme": "doi"}]), &[]),
        ("references", json!([{"reference": "r", "scheme": "doi"}, {"identifier": "10.1/x"}, {"reference": "r"}]),
            json!([{"scheme": "doi", "reference": "r"}, {"identifier": "10.1/x"}, {"reference": "r"}]),
            &[("0.identifier", MISSING), ("1.reference", MISSING)]),
        ("related_identifiers", json!([{"identifier": "0317-8471", "scheme": "issn", "relation_type": {"id": "x"}},
            {"identifier": "10.1/y", "relation_type": {"id": "x"}}, {"identifier": "10.1/y", "relation_type": {"id": "x"}}]),
            json!([{"identifier": "0317-8471", "scheme": "issn", "relation_type": {"id": "x"}},
                {"identifier": "10.1/y", "scheme": "doi", "relation_type": {"id": "x"}},
                {"identifier": "10.1/y", "scheme": "doi", "relation_type": {"id": "x"}}]), &[]),
    ]);
}

#[test]
fn people_and_organisations_are_named() {
    let orcid = "0000-0002-1825-0097";
    run(&[
        ("creators", json!([]), json!(null), &[("", MISSING)]),
        ("creators", json!([{"person_or_org": {"type": "organizational", "name": "X", "family_name": "F"}}]),
            json!([{"person_or_org": {"type": "organizational", "name": "X"}}]), &[]),
        ("creators", json!([{"person_or_org": {"type": "organizational"}}, {"role": {"id": "x"}}]),
            json!([{"person_or_org": {"type": "organizational"}}, {"role": {"id": "x"}}]),
            &[("0.person_or_org.name", "Name cannot be blank."), ("1.person_or_org", MISSING)]),
        ("creators", json!([{"person_or_org": {"type": "personal", "family_name": "F", "name": "ignored",
            "identifiers": [{"identifier": orcid}, {"identifier": format!("https://orcid.org/{orcid}")}]}}]),
            json!([{"person_or_org": {"type": "personal", "name": "ignored", "family_name": "F"}}]),
            &[("0.person_or_org.identifiers", "Only one identifier per scheme is allowed.")]),
        ("creators", json!([{"person_or_org": {"type": "personal", "family_name": "F"},
            "affiliations": [{"id": "a", "name": "Wrong"}, {"name": "B"}, {}, {"name": "C", "identifiers": []}]}]),
            json!([{"person_or_org": {"type": "personal", "name": "F", "family_name": "F"},
                "affiliations": [{"id": "a"}, {"name": "B"}, {"name": "C"}]}]),
            &[("0.affiliations.2.affiliations", "An existing id or a free text name must be present."),
              ("0.affiliations.3.identifiers", UNKNOWN)]),
        ("contributors", json!([{"person_or_org": {"type": "personal", "family_name": "F"},
            "affiliations": [{"name": "B"}, {"name": "B"}]}]),
            json!([{"person_or_org": {"type": "personal", "name": "F", "family_name": "F"}}]),
            &[("0.role", MISSING), ("0.affiliations", "Duplicated affiliations: B")]),
    ]);
}

#[test]
fn rights_funding_and_subjects_are_by_id_or_described() {
    const BOTH: &str = "Only an existing id or free text title/description/link is accepted, but not both cases at the same time";
    run(&[
        ("rights", json!([{"id": "cc-by-4.0", "title": {"en": "x"}}, {"description": {"en": "x"}}]),
            json!([{"id": "cc-by-4.0"}, {"description": {"en": "x"}}]),
            &[("0.rights", BOTH), ("1.rights", "An existing id or a free text title must be present")]),
        ("rights", json!([{"title": {"en": "x", "de": "y"}}, {"title": {"xx": "x"}}, {"title": "x"}]), json!(null),
            &[("0.title", "Only one value is accepted."), ("1.title", "Not a valid locale."),
              ("2.title", "Not a valid mapping type.")]),
        ("rights", json!([{"id": "mit", "icon": "x"}]), json!([{"id": "mit"}]), &[("0.icon", UNKNOWN)]),
        ("funding", json!([{"funder": {}}, {"funder": {"name": ""}}, {"funder": {"id": "x", "identifiers": []}}]),
            json!([{"funder": {"id": "x"}}]),
            &[("0.funder.funder", "An existing id or a free text name must be present."),
              ("1.funder.name", "Name cannot be blank."), ("2.funder.identifiers", UNKNOWN)]),
        ("funding", json!([{"funder": {"id": "x"}, "award": {"acronym": "A"}},
            {"funder": {"id": "x"}, "award": {"id": "x::1", "title": {"en": "x"}, "subjects": [1], "number": "1"}},
            {"funder": {"id": "x"}, "award": {"title": {"EN": "x", "de": 1, "en": "t"}}}]),
            json!([{"funder": {"id": "x"}, "award": {"acronym": "A"}}, {"funder": {"id": "x"}, "award": {"id": "x::1"}},
                {"funder": {"id": "x"}, "award": {"title": {"en": "t"}}}]),
            &[("0.award.award", "An existing id or either number or title must be present."),
              ("2.award.title.EN.key", "String does not match expected pattern."),
              ("2.award.title.de.value", "Not a valid string.")]),
        ("subjects", json!([{"id": "s", "subject": "S", "scheme": "X"}, {"subject": "free", "x": 1}, {}]),
            json!([{"id": "s"}, {"subject": "free"}]),
            &[("2.subjects", "An existing id or a free text subject must be present.")]),
    ]);
}

#[test]
fn places_have_sound_geometries() {
    let features = |features: Value| json!({"features": features});
    run(&[
        ("locations", features(json!([{"geometry": {"type": "LineString", "coordinates": [[0, 1], [1, 2]]}}])),
            json!(null), &[("features.0.geometry.type", "Unsupported value: LineString")]),
        ("locations", features(json!([{"geometry": {"type": "Point", "coordinates": [1]}, "place": "p"}])),
            features(json!([{"place": "p"}])),
            &[("features.0.geometry.geojson.coordinates", "a position must have exactly 2 or 3 values")]),
        ("locations", features(json!([{"geometry": {"type": "Polygon",
            "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}}, {"geometry": {}}])), json!(null),
            &[("features.0.geometry.geojson.coordinates", "Each linear ring must end where it started"),
              ("features.1.geometry.type", MISSING)]),
        ("locations", features(json!([{"geometry": {"type": "MultiPoint", "coordinates": [[0, 1], [1, 2, 3]]}},
            {"identifiers": [{"identifier": "Q1", "scheme": "geonames"}]}])),
            features(json!([{"geometry": {"coordinates": [[0, 1], [1, 2, 3]], "type": "MultiPoint"}},
                {"identifiers": [{"identifier": "Q1", "scheme": "geonames"}]}])), &[]),
        ("locations", json!({}), json!(null), &[]),
    ]);
}

#[test]
fn access_is_read_or_refuses_the_body() {
    for (access, key) in [
        (json!({"record": "public", "files": "secret"}), "files"),
        (json!({"record": "hidden", "files": "public"}), "record"),
        (json!({"record": "public"}), "files"),
    ] {
        let Err(Error::Invalid(errors)) = load(&object(&json!({"access": access})), &context()) else {
            panic!("{access} was accepted");
        };
        let message = format!("'{key}' must be either 'public' or 'restricted'");
        assert_eq!(pairs(&errors), [("access".to_owned(), message)]);
    }
    let loaded = loaded(&json!({"access": {}}));
    let errors = ["access.record", "access.files"].map(|path| (path.to_owned(), MISSING.to_owned()));
    assert_eq!(pairs(&loaded.errors), errors);
    let access = json!({"record": "restricted", "files": "public", "status": "open", "owned_by": 1});
    let loaded = self::loaded(&json!({"access": access}));
    assert_eq!(pairs(&loaded.errors), [("access.owned_by".to_owned(), UNKNOWN.to_owned())]);
    assert_eq!(
        serde_json::to_string(&loaded.access).unwrap(),
        r#"{"record":"restricted","files":"restricted","embargo":{"active":false,"reason":null}}"#
    );
    assert_eq!(loaded.access.status(false), "restricted");
    assert_eq!([true, false].map(|files| super::Access::default().status(files)), ["open", "metadata-only"]);
}

#[test]
fn embargoes_end_in_the_future() {
    let future = "Embargo end date must be set to a future date.";
    for (embargo, key, message) in [
        (json!({"active": true}), "until", future),
        (json!({"active": true, "until": "2001-01-01"}), "until", future),
        (json!({"active": true, "until": "2024-06-15"}), "until", future),
        (json!({"active": false, "until": "2999-01-01"}), "until", "Embargo end date must be unset or in the past."),
        (json!({"active": true, "until": "not a date"}), "until", "Not a valid date."),
        (json!({"active": "maybe"}), "active", "Not a valid boolean."),
    ] {
        let loaded = loaded(&json!({"access": {"record": "public", "files": "public", "embargo": embargo}}));
        assert_eq!(pairs(&loaded.errors), [(format!("access.embargo.{key}"), message.to_owned())], "{embargo}");
    }
    let embargo = json!({"active": true, "until": "2024-06-16", "reason": "patent"});
    let loaded = loaded(&json!({"access": {"record": "public", "files": "public", "embargo": embargo}}));
    assert_eq!((loaded.errors.len(), loaded.access.status(true)), (0, "embargoed"));
    let stored = json!({"access": loaded.access, "metadata": with("version", &json!("1"))});
    assert_eq!(check(&object(&stored), &context()), []);
    assert_eq!(super::Access::stored(&object(&stored["access"])), loaded.access);
}

#[test]
fn files_and_pids_have_their_shape() {
    let body = json!({"files": {"enabled": "x", "foo": 1, "default_preview": null, "count": 1, "entries": {}},
        "media_files": {"enabled": true, "default_preview": "a.txt", "order": ["a"]},
        "pids": {"doi": {"identifier": "10.1/x", "provider": "external"}, "oai": {"identifier": "x", "provider": "oai"}}});
    let loaded = loaded(&body);
    assert_eq!(
        pairs(&loaded.errors),
        [("files.enabled", "Not a valid boolean."), ("files.foo", UNKNOWN)]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
    );
    assert_eq!((loaded.files.given, loaded.files.enabled), (true, None));
    assert_eq!(loaded.media_files.default_preview.as_deref(), Some("a.txt"));
    assert_eq!(Value::Object(loaded.pids.unwrap()), body["pids"]);
    let wrong = self::loaded(&json!({"pids": {"handle": {}, "doi": {"identifier": 1, "x": 1}}}));
    let expected = [
        ("pids.handle.key", "Invalid persistent identifier scheme."),
        ("pids.doi.value.identifier", "Not a valid string."),
        ("pids.doi.value.provider", MISSING),
        ("pids.doi.value.x", UNKNOWN),
    ];
    assert_eq!(pairs(&wrong.errors), expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
    assert_eq!(wrong.pids, None);
    assert_eq!(self::loaded(&json!({"pids": {}})).pids, Some(Map::new()));
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
