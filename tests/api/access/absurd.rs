//! Input that nobody should send is refused, and never our fault.

use cairn_http::operation::Method;
use serde_json::{Value, json};

use super::{Input, Stage, send};
use crate::support::minimal;

/// Paths, queries and bodies that nobody should send.
const PATHS: &[&str] =
    &["%F0%9F%92%A9", "%00", "..%2F..", "a%3Fb%23c", "-1", "zzzzz-zzzzz", "%22%5D%7B", "%20%09"];
const VARIABLES: &[&str] = &[
    "{id}",
    "{id+}",
    "{path+}",
    "{type}",
    "{token}",
    "{revision}",
    "{scheme}",
    "{identifier}",
    "{run}",
    "{task}",
    "{upload}",
    "{part}",
    "{sender}",
    "{link}",
    "{grant}",
    "{user}",
    "{group}",
    "{key+}",
];
const QUERIES: &[&str] = &[
    "?q=%28%28%5B&page=-1&size=zzz",
    "?q=a%3A%3A%2F%2A%00&sort=nosuch&expand=maybe",
    "?page=99999999999999999999&suggest=%00&q=x",
    "?size=0&size=1&&&=&tags=%F0%9F%92%A9",
];

fn bodies() -> Vec<Value> {
    vec![
        json!({}),
        json!({"metadata": [[{}]], "id": {"a": []}, "name": 7, "email": {}, "title": "x", "roles": [[]]}),
        json!({"id": "", "title": {"en": null}, "email": "@", "name": "\u{0}", "pids": {"doi": 1}, "access": null}),
        json!({"metadata": {"title": {"$ref": "#"}, "creators": {"0": {}}, "languages": [{"id": {"id": 1}}]}}),
    ]
}

#[tokio::test]
async fn absurd_input_is_never_our_fault() {
    let mut stage = Stage::set().await;
    for operation in cairn_api::all() {
        for (persona, user) in stage.personas() {
            let user = user.with("accept-language", "\u{e4}, ;q=9").with("idempotency-key", "odd");
            for (at, query) in QUERIES.iter().enumerate() {
                let Input { path, body } = stage.plausible(operation).await;
                let body = body.map(|_| bodies()[at].clone());
                let answer = send(&user, operation, Input { path: format!("{path}{query}"), body }).await;
                assert!(answer.status < 500, "{operation:?} as {persona}: {}", answer.text());
            }
            for odd in PATHS {
                let path = operation.route.path.replace("$default", "/{id}");
                let path = VARIABLES.iter().fold(path, |path, variable| path.replace(variable, odd));
                let body = Some(minimal()).filter(|_| operation.route.method != Method::Get);
                let answer = send(&user, operation, Input { path, body }).await;
                assert!(answer.status < 500, "{operation:?} as {persona}: {}", answer.text());
            }
        }
    }
}
