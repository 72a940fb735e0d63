//! Who may do what to what, as one table per kind: persona, state, action. Pure: nothing is stored, nobody asks.

#![expect(clippy::unwrap_used, reason = "test code fails by panicking")]

use std::fmt::Write;

use cairn_model::{
    Identity, UserId,
    identity::ADMINISTRATOR,
    kind::Kind,
    kinds::{entries::ENTRY, records::RECORD, users::USER},
    policy::{Action, Subject},
    query::values_at,
};
use serde_json::{Map, Value, json};

/// Everyone who may come. The owner is user 7.
fn personas() -> [(&'static str, Identity); 5] {
    let user = |id: &str, roles: &[&str]| {
        Identity::user(UserId(id.to_owned()), roles.iter().map(|role| (*role).to_owned()))
    };
    [
        ("nobody", Identity::nobody()),
        ("stranger", user("8", &["some-role"])),
        ("owner", user("7", &[])),
        ("administrator", user("9", &[ADMINISTRATOR])),
        ("system", Identity::system()),
    ]
}

/// One line per state and action, with a mark for each who may.
fn table(kind: &Kind, states: &[(&str, Value)]) -> String {
    let mut lines = format!("{:<28} {:<14}", "state", "action");
    for (persona, _) in personas() {
        write!(lines, " {persona}").unwrap();
    }
    for (state, document) in states {
        let document = document.as_object().unwrap();
        for (action, _) in kind.policy.rules {
            write!(lines, "\n{state:<28} {:<14}", action.0).unwrap();
            for (persona, who) in personas() {
                let may = kind.policy.allows(&who, *action, Subject::document(document));
                assert_eq!(may, apart(kind, &who, *action, document), "{state} {} {persona}", action.0);
                assert_eq!(may, found(kind, &who, *action, document), "{state} {} {persona}", action.0);
                write!(lines, " {:>width$}", if may { "x" } else { "-" }, width = persona.len()).unwrap();
            }
        }
    }
    lines
}

/// The same question, as a search asks it.
fn found(kind: &Kind, who: &Identity, action: Action, document: &Map<String, Value>) -> bool {
    let document = Value::Object(document.clone());
    kind.policy.filter(who, action).holds(&|path| values_at(&document, path))
}

/// The same question, asked of a document and its parent as they are stored.
fn apart(kind: &Kind, who: &Identity, action: Action, document: &Map<String, Value>) -> bool {
    let mut document = document.clone();
    match document.shift_remove("parent") {
        Some(Value::Object(parent)) => {
            kind.policy.allows(who, action, Subject::with_parent(&document, &parent))
        }
        _ => kind.policy.allows(who, action, Subject::document(&document)),
    }
}

#[test]
fn records() {
    let record = |record: &str, files: &str, draft: bool| {
        json!({
            "access": {"record": record, "files": files}, "is_draft": draft,
            "parent": {"access": {"owned_by": {"user": "7"}}},
        })
    };
    let states = [
        ("public", record("public", "public", false)),
        ("public, files restricted", record("public", "restricted", false)),
        ("restricted", record("restricted", "restricted", false)),
        ("draft", record("public", "public", true)),
        ("nothing known of it", json!({})),
    ];
    insta::assert_snapshot!(table(&RECORD, &states));
}

#[test]
fn entries() {
    let states = [
        ("a language", json!({"vocabulary": "languages"})),
        ("a tagged language", json!({"vocabulary": "languages", "tags": ["depositable"]})),
        ("an unlisted language", json!({"vocabulary": "languages", "tags": ["a", "unlisted"]})),
        ("a name", json!({"vocabulary": "names"})),
        ("an unlisted name", json!({"vocabulary": "names", "tags": ["unlisted"]})),
    ];
    insta::assert_snapshot!(table(&ENTRY, &states));
}

#[test]
fn users() {
    let user = |profile: &str, email: &str| json!({"id": "7", "preferences": {"visibility": profile, "email_visibility": email}});
    let states = [
        ("hidden", user("restricted", "restricted")),
        ("profile public", user("public", "restricted")),
        ("profile and address public", user("public", "public")),
        ("nothing known of them", json!({})),
    ];
    insta::assert_snapshot!(table(&USER, &states));
}
