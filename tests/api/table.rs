//! The table of operations itself.

use std::collections::{BTreeMap, BTreeSet};

use cairn_http::{Class, Operation, Shape};

#[test]
fn names_and_routes_are_unique() {
    let (mut names, mut routes) = (BTreeSet::new(), BTreeSet::new());
    for operation in cairn_api::all() {
        assert!(names.insert(operation.name), "{operation:?} has a name twice");
        assert!(
            routes.insert((operation.route.path, operation.route.method)),
            "{operation:?} has a route twice"
        );
    }
}

#[test]
fn every_operation_says_what_it_is() {
    for operation in cairn_api::all() {
        let (service, verb) = operation.name.split_once('.').unwrap();
        let word = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte));
        assert!(word(service) && word(verb) && !service.is_empty() && !verb.is_empty(), "{operation:?}");
        assert!(!operation.summary.is_empty() && !operation.summary.ends_with('.'), "{operation:?}: summary");
        assert_eq!(
            operation.needs.len(),
            operation.needs.iter().collect::<BTreeSet<_>>().len(),
            "{operation:?}"
        );
        let is_static = operation.runtime.class == Class::Static;
        assert_eq!(is_static, operation.needs.is_empty(), "{operation:?}: only what needs nothing is static");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "`make snapshots` asks by the environment for new snapshots")]
fn the_list_of_operations_is_up_to_date() {
    let mut names: Vec<&str> = cairn_api::all().map(|operation| operation.name).collect();
    names.sort_unstable();
    let list = names.iter().fold(String::new(), |list, name| list + name + "\n");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/coverage/operations.txt");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(file, &list).unwrap();
    }
    let listed = std::fs::read_to_string(file).unwrap();
    assert_eq!(listed, list, "`make snapshots` writes tests/coverage/operations.txt anew");
}

#[test]
fn shapes_of_one_name_are_the_same_and_their_texts_are_json() {
    let mut known = BTreeMap::new();
    for operation in cairn_api::all() {
        for shape in shapes(operation).filter(|shape| !shape.name.is_empty()) {
            assert_eq!(
                known.entry(shape.name).or_insert(shape.schema),
                &shape.schema,
                "{operation:?}: {}",
                shape.name
            );
            for text in [shape.schema, shape.example].into_iter().filter(|text| !text.is_empty()) {
                serde_json::from_str::<serde_json::Value>(text)
                    .unwrap_or_else(|error| panic!("{operation:?}: {}: {error}", shape.name));
            }
        }
    }
}

fn shapes(operation: &'static Operation) -> impl Iterator<Item = Shape> {
    let body = match operation.body {
        cairn_http::Body::Json { shape, .. } | cairn_http::Body::Any { shape } => shape,
        cairn_http::Body::None | cairn_http::Body::Optional | cairn_http::Body::Bytes => None,
    };
    operation.replies.iter().map(|(_, shape)| *shape).chain(body)
}
