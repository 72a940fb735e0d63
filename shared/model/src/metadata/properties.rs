//! What holds for every body, however strange.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::load;
use super::tests::context;

/// Keys that mean something somewhere, so that arbitrary bodies get past the first level.
const KEYS: [&str; 34] = [
    "id",
    "title",
    "type",
    "name",
    "identifier",
    "scheme",
    "creators",
    "person_or_org",
    "family_name",
    "role",
    "affiliations",
    "identifiers",
    "related_identifiers",
    "relation_type",
    "rights",
    "en",
    "link",
    "description",
    "locations",
    "features",
    "geometry",
    "coordinates",
    "place",
    "funding",
    "funder",
    "award",
    "number",
    "references",
    "reference",
    "dates",
    "date",
    "resource_type",
    "publication_date",
    "subjects",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "[<>&;a-z/ =\"'-]{0,24}",
        "&[a-z]{1,4};[&amp;lt#0-9;]{0,12}",
        Just("10.1234/x".to_owned()),
        Just("https://orcid.org/0000-0002-1825-0097".to_owned()),
        Just("orcid".to_owned()),
        Just("personal".to_owned()),
        Just("Point".to_owned()),
        Just("2020-01/2021".to_owned()),
        Just("<table><thead><tr><td>Ã©</table>".to_owned()),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(7, 96, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(&KEYS[..]), inner), 0..8)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

fn metadata() -> impl Strategy<Value = Value> {
    prop::collection::vec((prop::sample::select(&KEYS[..]), any_json()), 0..12)
        .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn again(metadata: &Map<String, Value>) -> (Map<String, Value>, usize) {
    let body = Map::from_iter([("metadata".to_owned(), Value::Object(metadata.clone()))]);
    let loaded = load(&body, &context()).unwrap();
    (loaded.metadata, loaded.errors.len())
}

proptest! {
    #[test]
    fn no_body_panics(body in any_json(), block in any_json()) {
        for key in ["metadata", "custom_fields", "access", "files", "media_files", "pids"] {
            let _ = load(json!({key: body, "access": block}).as_object().unwrap(), &context());
        }
    }

    #[test]
    fn what_was_stored_loads_as_it_is(metadata in metadata()) {
        let body = json!({"metadata": metadata});
        let first = load(body.as_object().unwrap(), &context()).unwrap();
        let mut stored = first.metadata;
        // Faults hide one another: each reading may uncover one more level, then nothing changes any more.
        for _ in 0..6 {
            let (next, _) = again(&stored);
            if next == stored {
                break;
            }
            stored = next;
        }
        let (last, _) = again(&stored);
        prop_assert_eq!(last, stored);
    }

    #[test]
    fn what_was_valid_stays_valid_and_unchanged(
        title in word(), description in word(), identifier in word(), name in word(), date in word(),
    ) {
        let body = json!({"metadata": {
            "resource_type": {"id": "dataset"}, "title": title, "description": description, "publication_date": date,
            "identifiers": [{"identifier": identifier}], "subjects": [{"subject": name}],
            "creators": [{"person_or_org": {"type": "personal", "family_name": name, "given_name": title}}],
        }});
        let first = load(body.as_object().unwrap(), &context()).unwrap();
        let (second, errors) = again(&first.metadata);
        prop_assert!(errors <= first.errors.len() + 4);
        if first.errors.is_empty() {
            prop_assert_eq!(errors, 0);
            prop_assert_eq!(&second, &first.metadata);
        }
    }

    #[test]
    fn clean_text_stays_clean(text in "[&#;amplt0-9<>Ã©â€™\u{200b}\u{a0} ]{0,40}") {
        let clean = super::text::clean(&text);
        prop_assert_eq!(super::text::clean(&clean), clean);
        let html = super::html::sanitize(&text);
        prop_assert_eq!(super::html::sanitize(&html), html);
    }

    #[test]
    fn sanitised_markup_stays_as_it_is(html in "(<(/)?(p|b|a href='x'|table|tr|td|thead|script|style|svg|title)>|[&;x <]){0,30}") {
        let kept = super::html::sanitize(&html);
        prop_assert!(!kept.contains("<script") && !kept.contains("<style"));
        prop_assert_eq!(super::html::sanitize(&kept), kept);
    }

    #[test]
    fn identifiers_never_panic(value in "\\PC{0,30}", code in "[a-z0-9:/.XQ-]{0,30}") {
        use crate::identifiers::{detect, is_valid, normalize, url};
        for value in [value, code] {
            for scheme in detect(&value) {
                prop_assert!(is_valid(scheme, &value));
                let normal = normalize(scheme, &value);
                prop_assert_eq!(normalize(scheme, &normal), normal);
                let _ = url(scheme, &value);
            }
        }
    }
}
