//! Who may do what to what, as one table per kind: persona, state, action. Pure: nothing is stored, nobody asks. And what
//! functions may do on AWS, compared with what they do.

#![expect(clippy::unwrap_used, reason = "test code fails by panicking")]

mod calls;

use std::fmt::Write;

use cairn_model::{
    Identity, Timestamp, UserId,
    fields::sharing::{Grant, Grantee, Held, Link, Owner, Settings, Shares, grant_token},
    identity::{ADMINISTRATOR, LinkKey},
    kind::Kind,
    kinds::{entries::ENTRY, records::RECORD, users::USER},
    policy::{Action, Subject},
    query::values_at,
};
use serde_json::{Map, Value, json};

/// Everyone who may come. The owner is user 7; those with a grant, and with a link, are called by what it allows.
fn personas() -> [(&'static str, Identity); 13] {
    let user = |id: &str, roles: &[&str]| {
        Identity::user(UserId(id.to_owned()), roles.iter().map(|role| (*role).to_owned()))
    };
    let today = "2026-11-20".parse().unwrap();
    let key = |link: &str| Some(LinkKey { digest: link.to_owned(), today });
    [
        ("nobody", Identity::nobody()),
        ("stranger", user("8", &["some-role"])),
        ("viewer", user("view", &[])),
        ("previewer", user("preview", &[])),
        ("editor", user("8", &["edit"])),
        ("manager", user("manage", &[])),
        ("link:view", Identity::nobody().with_key(key("view"))),
        ("link:preview", Identity::nobody().with_key(key("preview"))),
        ("link:edit", Identity::nobody().with_key(key("edit"))),
        ("link:edit+known", user("8", &[]).with_key(key("edit"))),
        ("owner", user("7", &[])),
        ("administrator", user("9", &[ADMINISTRATOR])),
        ("system", Identity::system()),
    ]
}

/// Those of them who matter where nothing is shared.
fn few() -> Vec<(&'static str, Identity)> {
    let few = ["nobody", "stranger", "owner", "administrator", "system"];
    personas().into_iter().filter(|(persona, _)| few.contains(persona)).collect()
}

/// One line per state and action, with a mark for each who may.
fn table(kind: &Kind, states: &[(&str, Value)], personas: &[(&'static str, Identity)]) -> String {
    let mut lines = format!("{:<28} {:<14}", "state", "action");
    for (persona, _) in personas {
        write!(lines, " {persona}").unwrap();
    }
    for (state, document) in states {
        let document = document.as_object().unwrap();
        for (action, _) in kind.policy.rules {
            write!(lines, "\n{state:<28} {:<14}", action.0).unwrap();
            for (persona, who) in personas {
                let may = kind.policy.allows(who, *action, Subject::document(document));
                assert_eq!(may, apart(kind, who, *action, document), "{state} {} {persona}", action.0);
                // Links open what is asked for by its id, and are not searched by.
                let who = who.clone().with_key(None);
                let may_find = kind.policy.allows(&who, *action, Subject::document(document));
                assert_eq!(may_find, found(kind, &who, *action, document), "{state} {} {persona}", action.0);
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

/// Access to the versions of a family of user 7's, as the index has it: one grant and one link of each sort.
fn shares() -> Value {
    let grant = |permission: &str, kind: &str| Grant {
        permission: permission.into(),
        subject: Grantee { id: permission.into(), kind: kind.into() },
        origin: None,
    };
    let grants =
        vec![grant("view", "user"), grant("preview", "user"), grant("edit", "role"), grant("manage", "user")];
    let held = |permission: &str| Held {
        created_at: Timestamp::from_micros(0),
        expires_at: None,
        permission: permission.into(),
        description: String::new(),
        origin: None,
        nonce: String::new(),
        digest: permission.into(),
    };
    let links =
        ["view", "preview", "edit"].map(|permission| Link { id: permission.into(), held: held(permission) });
    let tokens: Vec<String> = grants
        .iter()
        .map(|grant| grant_token(&grant.permission, &grant.subject.kind, &grant.subject.id))
        .collect();
    let owned_by = Owner { user: UserId("7".into()) };
    let mut shares = json!(Shares { grants, owned_by, links: links.to_vec(), settings: Settings::default() });
    shares["grant_tokens"] = json!(tokens);
    shares
}

#[test]
fn records() {
    let record = |record: &str, files: &str, draft: bool| {
        json!({
            "access": {"record": record, "files": files}, "is_draft": draft,
            "parent": {"access": shares()},
        })
    };
    let states = [
        ("public", record("public", "public", false)),
        ("public, files restricted", record("public", "restricted", false)),
        ("restricted", record("restricted", "restricted", false)),
        ("draft", record("public", "public", true)),
        ("nothing known of it", json!({})),
    ];
    insta::assert_snapshot!(table(&RECORD, &states, &personas()));
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
    insta::assert_snapshot!(table(&ENTRY, &states, &few()));
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
    insta::assert_snapshot!(table(&USER, &states, &few()));
}
