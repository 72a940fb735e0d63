//! The blocks beside `metadata`: access, files, pids.

use serde_json::{Map, Value, json};

use super::super::{Access, check, load};
use super::{MISSING, UNKNOWN, context, loaded, object, pairs, with};
use crate::Error;

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
    let loaded = super::loaded(&json!({"access": access}));
    assert_eq!(pairs(&loaded.errors), [("access.owned_by".to_owned(), UNKNOWN.to_owned())]);
    assert_eq!(
        serde_json::to_string(&loaded.access).unwrap(),
        r#"{"record":"restricted","files":"restricted","embargo":{"active":false,"reason":null}}"#
    );
    assert_eq!(loaded.access.status(false), "restricted");
    assert_eq!([true, false].map(|files| Access::default().status(files)), ["open", "metadata-only"]);
}

#[test]
fn embargoes_end_in_the_future() {
    let future = "Embargo end date must be set to a future date.";
    for (embargo, key, message) in [
        (json!({"active": true}), "until", future),
        (json!({"active": true, "until": "2001-01-01"}), "until", future),
        (json!({"active": true, "until": "2024-06-15"}), "until", future),
        (
            json!({"active": false, "until": "2999-01-01"}),
            "until",
            "Embargo end date must be unset or in the past.",
        ),
        (json!({"active": true, "until": "not a date"}), "until", "Not a valid date."),
        (json!({"active": "maybe"}), "active", "Not a valid boolean."),
    ] {
        let loaded = loaded(&json!({"access": {"record": "public", "files": "public", "embargo": embargo}}));
        assert_eq!(
            pairs(&loaded.errors),
            [(format!("access.embargo.{key}"), message.to_owned())],
            "{embargo}"
        );
    }
    let embargo = json!({"active": true, "until": "2024-06-16", "reason": "patent"});
    let loaded = loaded(&json!({"access": {"record": "public", "files": "public", "embargo": embargo}}));
    assert_eq!((loaded.errors.len(), loaded.access.status(true)), (0, "embargoed"));
    let stored = json!({"access": loaded.access, "metadata": with("version", &json!("1"))});
    assert_eq!(check(&object(&stored), &context()), []);
    assert_eq!(Access::stored(&object(&stored["access"])), loaded.access);
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
    let wrong = super::loaded(&json!({"pids": {"handle": {}, "doi": {"identifier": 1, "x": 1}}}));
    let expected = [
        ("pids.handle.key", "Invalid persistent identifier scheme."),
        ("pids.doi.value.identifier", "Not a valid string."),
        ("pids.doi.value.provider", MISSING),
        ("pids.doi.value.x", UNKNOWN),
    ];
    assert_eq!(pairs(&wrong.errors), expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
    assert_eq!(wrong.pids, None);
    assert_eq!(super::loaded(&json!({"pids": {}})).pids, Some(Map::new()));
}
