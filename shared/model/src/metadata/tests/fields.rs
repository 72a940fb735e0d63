//! Field by field: what is kept, and what is reported.

use serde_json::{Value, json};

use super::{MISSING, NULL, UNKNOWN, loaded, pairs, with};

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
        let errors: Vec<_> =
            errors.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(found.1, errors, "{name}: {sent}");
        assert_eq!(found.0.to_string(), kept.to_string(), "{name}: {sent}");
    }
}

#[test]
fn text_fields_are_cleaned_and_measured() {
    run(&[
        ("title", json!("  ab "), json!(null), &[("", "Shorter than minimum length 3.")]),
        ("title", json!(" caf&eacute;\u{0}"), json!("café"), &[]),
        ("title", json!(null), json!(null), &[("", NULL)]),
        ("publisher", json!(""), json!(""), &[]),
        ("version", json!("v".repeat(192)), json!(null), &[("", "Longer than maximum length 191.")]),
        (
            "sizes",
            json!([" ", "1 kB", 1]),
            json!(["1 kB"]),
            &[("0", "Size cannot be a blank string."), ("2", "Not a valid string.")],
        ),
        ("formats", json!([""]), json!(null), &[("0", "Format cannot be a blank string.")]),
        ("formats", json!([]), json!(null), &[]),
        ("description", json!("<p></p>"), json!("<p></p>"), &[]),
        ("description", json!("<hr>ab"), json!(null), &[("", "Shorter than minimum length 3.")]),
        ("copyright", json!(""), json!(null), &[("", "Shorter than minimum length 1.")]),
        ("publication_date", json!(" 2020 "), json!(" 2020 "), &[]),
        ("publication_date", json!(2020), json!(null), &[("", "Not a valid string.")]),
        (
            "additional_titles",
            json!([{"title": "ab", "type": {"id": "x", "title": {}}, "lang": {"name": "x"}}, "x"]),
            json!([{"type": {"id": "x"}}]),
            &[
                ("0.title", "Shorter than minimum length 3."),
                ("0.lang.id", MISSING),
                ("0.lang.name", UNKNOWN),
                ("1._schema", "Invalid input type."),
            ],
        ),
    ]);
}

#[test]
fn identifiers_are_detected_checked_and_normalised() {
    const INVALID: &str = "No valid scheme recognized for identifier.";
    run(&[
        (
            "identifiers",
            json!([{"identifier": "https://doi.org/10.1/x"}]),
            json!([{"identifier": "10.1/x", "scheme": "doi"}]),
            &[],
        ),
        (
            "identifiers",
            json!([{"identifier": "nonsense"}, {"identifier": "a", "scheme": "b"},
            {"scheme": "doi"}, {}, {"identifier": "", "scheme": ""}]),
            json!([{"identifier": "nonsense"}, {"identifier": "a", "scheme": "b"}, {"scheme": "doi"},
                {"identifier": "", "scheme": ""}]),
            &[
                ("0.scheme", INVALID),
                ("1.scheme", "Invalid scheme."),
                ("2.identifier", MISSING),
                ("3.identifier", MISSING),
                ("3.scheme", MISSING),
                ("4.identifier", MISSING),
                ("4.scheme", MISSING),
            ],
        ),
        (
            "identifiers",
            json!([{"identifier": "10.1/x"}, {"identifier": "doi:10.1/x", "scheme": "doi"}]),
            json!(null),
            &[("", "Duplicated identifier entry is not allowed.")],
        ),
        (
            "identifiers",
            json!([{"identifier": "10.1/x"}, {"identifier": "10.1/X"}]),
            json!([{"identifier": "10.1/x", "scheme": "doi"}, {"identifier": "10.1/X", "scheme": "doi"}]),
            &[],
        ),
        (
            "references",
            json!([{"reference": "r", "scheme": "doi"}, {"identifier": "10.1/x"}, {"reference": "r"}]),
            json!([{"scheme": "doi", "reference": "r"}, {"identifier": "10.1/x"}, {"reference": "r"}]),
            &[("0.identifier", MISSING), ("1.reference", MISSING)],
        ),
        (
            "related_identifiers",
            json!([{"identifier": "0317-8471", "scheme": "issn", "relation_type": {"id": "x"}},
            {"identifier": "10.1/y", "relation_type": {"id": "x"}}, {"identifier": "10.1/y", "relation_type": {"id": "x"}}]),
            json!([{"identifier": "0317-8471", "scheme": "issn", "relation_type": {"id": "x"}},
                {"identifier": "10.1/y", "scheme": "doi", "relation_type": {"id": "x"}},
                {"identifier": "10.1/y", "scheme": "doi", "relation_type": {"id": "x"}}]),
            &[],
        ),
    ]);
}

#[test]
fn people_and_organisations_are_named() {
    let orcid = "0000-0002-1825-0097";
    run(&[
        ("creators", json!([]), json!(null), &[("", MISSING)]),
        (
            "creators",
            json!([{"person_or_org": {"type": "organizational", "name": "X", "family_name": "F"}}]),
            json!([{"person_or_org": {"type": "organizational", "name": "X"}}]),
            &[],
        ),
        (
            "creators",
            json!([{"person_or_org": {"type": "organizational"}}, {"role": {"id": "x"}}]),
            json!([{"person_or_org": {"type": "organizational"}}, {"role": {"id": "x"}}]),
            &[("0.person_or_org.name", "Name cannot be blank."), ("1.person_or_org", MISSING)],
        ),
        (
            "creators",
            json!([{"person_or_org": {"type": "personal", "family_name": "F", "name": "ignored",
            "identifiers": [{"identifier": orcid}, {"identifier": format!("https://orcid.org/{orcid}")}]}}]),
            json!([{"person_or_org": {"type": "personal", "name": "ignored", "family_name": "F"}}]),
            &[("0.person_or_org.identifiers", "Only one identifier per scheme is allowed.")],
        ),
        (
            "creators",
            json!([{"person_or_org": {"type": "personal", "family_name": "F"},
            "affiliations": [{"id": "a", "name": "Wrong"}, {"name": "B"}, {}, {"name": "C", "identifiers": []}]}]),
            json!([{"person_or_org": {"type": "personal", "name": "F", "family_name": "F"},
                "affiliations": [{"id": "a"}, {"name": "B"}, {"name": "C"}]}]),
            &[
                ("0.affiliations.2.affiliations", "An existing id or a free text name must be present."),
                ("0.affiliations.3.identifiers", UNKNOWN),
            ],
        ),
        (
            "contributors",
            json!([{"person_or_org": {"type": "personal", "family_name": "F"},
            "affiliations": [{"name": "B"}, {"name": "B"}]}]),
            json!([{"person_or_org": {"type": "personal", "name": "F", "family_name": "F"}}]),
            &[("0.role", MISSING), ("0.affiliations", "Duplicated affiliations: B")],
        ),
    ]);
}

#[test]
fn rights_funding_and_subjects_are_by_id_or_described() {
    const BOTH: &str = "Only an existing id or free text title/description/link is accepted, but not both cases at the same time";
    run(&[
        (
            "rights",
            json!([{"id": "cc-by-4.0", "title": {"en": "x"}}, {"description": {"en": "x"}}]),
            json!([{"id": "cc-by-4.0"}, {"description": {"en": "x"}}]),
            &[("0.rights", BOTH), ("1.rights", "An existing id or a free text title must be present")],
        ),
        (
            "rights",
            json!([{"title": {"en": "x", "de": "y"}}, {"title": {"xx": "x"}}, {"title": "x"}]),
            json!(null),
            &[
                ("0.title", "Only one value is accepted."),
                ("1.title", "Not a valid locale."),
                ("2.title", "Not a valid mapping type."),
            ],
        ),
        ("rights", json!([{"id": "mit", "icon": "x"}]), json!([{"id": "mit"}]), &[("0.icon", UNKNOWN)]),
        (
            "funding",
            json!([{"funder": {}}, {"funder": {"name": ""}}, {"funder": {"id": "x", "identifiers": []}}]),
            json!([{"funder": {"id": "x"}}]),
            &[
                ("0.funder.funder", "An existing id or a free text name must be present."),
                ("1.funder.name", "Name cannot be blank."),
                ("2.funder.identifiers", UNKNOWN),
            ],
        ),
        (
            "funding",
            json!([{"funder": {"id": "x"}, "award": {"acronym": "A"}},
            {"funder": {"id": "x"}, "award": {"id": "x::1", "title": {"en": "x"}, "subjects": [1], "number": "1"}},
            {"funder": {"id": "x"}, "award": {"title": {"EN": "x", "de": 1, "en": "t"}}}]),
            json!([{"funder": {"id": "x"}, "award": {"acronym": "A"}}, {"funder": {"id": "x"}, "award": {"id": "x::1"}},
                {"funder": {"id": "x"}, "award": {"title": {"en": "t"}}}]),
            &[
                ("0.award.award", "An existing id or either number or title must be present."),
                ("2.award.title.EN.key", "String does not match expected pattern."),
                ("2.award.title.de.value", "Not a valid string."),
            ],
        ),
        (
            "subjects",
            json!([{"id": "s", "subject": "S", "scheme": "X"}, {"subject": "free", "x": 1}, {}]),
            json!([{"id": "s"}, {"subject": "free"}]),
            &[("2.subjects", "An existing id or a free text subject must be present.")],
        ),
    ]);
}

#[test]
fn places_have_sound_geometries() {
    let features = |features: Value| json!({"features": features});
    run(&[
        (
            "locations",
            features(json!([{"geometry": {"type": "LineString", "coordinates": [[0, 1], [1, 2]]}}])),
            json!(null),
            &[("features.0.geometry.type", "Unsupported value: LineString")],
        ),
        (
            "locations",
            features(json!([{"geometry": {"type": "Point", "coordinates": [1]}, "place": "p"}])),
            features(json!([{"place": "p"}])),
            &[("features.0.geometry.geojson.coordinates", "a position must have exactly 2 or 3 values")],
        ),
        (
            "locations",
            features(json!([{"geometry": {"type": "Polygon",
            "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}}, {"geometry": {}}])),
            json!(null),
            &[
                ("features.0.geometry.geojson.coordinates", "Each linear ring must end where it started"),
                ("features.1.geometry.type", MISSING),
            ],
        ),
        (
            "locations",
            features(json!([{"geometry": {"type": "MultiPoint", "coordinates": [[0, 1], [1, 2, 3]]}},
            {"identifiers": [{"identifier": "Q1", "scheme": "geonames"}]}])),
            features(json!([{"geometry": {"coordinates": [[0, 1], [1, 2, 3]], "type": "MultiPoint"}},
                {"identifiers": [{"identifier": "Q1", "scheme": "geonames"}]}])),
            &[],
        ),
        ("locations", json!({}), json!(null), &[]),
    ]);
}

#[test]
fn a_feature_of_an_unknown_geometry_goes_as_a_whole() {
    let line = json!({"features": [{"geometry": {"type": "LineString", "coordinates": []}, "place": "p"}]});
    let (kept, said) = field("locations", &line);
    assert_eq!(kept, json!(null));
    assert_eq!(said[0].1, "Unsupported value: LineString");
    let broken = json!({"features": [{"geometry": {"type": "Point", "coordinates": 1}, "place": "p"}]});
    assert_eq!(field("locations", &broken).0, json!({"features": [{"place": "p"}]}));
}

#[test]
fn nothing_is_said_to_be_nothing_everywhere() {
    let (_, said) = field("rights", &json!([{"title": {"en": null}}]));
    assert_eq!(said, [("0.title.en.value".to_owned(), NULL.to_owned())]);
    let geometry = json!({"features": [{"geometry": {"type": null, "coordinates": null}}]});
    assert_eq!(field("locations", &geometry).1[0].1, NULL);
    let geometry = json!({"features": [{"geometry": {"type": "Point", "coordinates": null}}]});
    assert_eq!(field("locations", &geometry).1[0].1, NULL);
}

#[test]
fn affiliations_are_told_apart_by_their_names_else_their_ids() {
    let agent = |affiliations: Value| json!([{"person_or_org": {"type": "organizational", "name": "O"}, "affiliations": affiliations}]);
    let (kept, said) = field("creators", &agent(json!([{"id": "a", "name": "X"}, {"id": "a", "name": "Y"}])));
    assert_eq!(said, []);
    assert_eq!(kept[0]["affiliations"], json!([{"id": "a"}, {"id": "a"}]));
    let (_, said) = field("creators", &agent(json!([{"id": "a", "name": "X"}, {"name": "X"}])));
    assert_eq!(said[0].1, "Duplicated affiliations: X");
}

#[test]
fn blank_names_are_not_kept() {
    let (kept, said) =
        field("creators", &json!([{"person_or_org": {"type": "personal", "family_name": " "}}]));
    assert_eq!(kept[0]["person_or_org"], json!({"type": "personal"}));
    assert_eq!(said[0].1, "Family name cannot be blank.");
    let (kept, _) = field("creators", &json!([{"person_or_org": {"type": "organizational", "name": ""}}]));
    assert_eq!(kept[0]["person_or_org"], json!({"type": "organizational"}));
}
