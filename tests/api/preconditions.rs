//! Every operation on something that has changed or is gone: nothing happens, and the caller is told.

use std::fmt::Write;

use cairn_http::Operation;

use crate::access::{Input, Stage, send};

/// Operations that change what has a revision: all that replace or delete, but for what has none.
fn guarded(operation: &Operation) -> bool {
    let (service, verb) = operation.name.split_once('.').unwrap();
    ["update", "delete"].contains(&verb)
        && ![
            "access",
            "links",
            "grants",
            "user_grants",
            "group_grants",
            "tokens",
            "records",
            "jobs",
            "runs",
            "senders",
            "draft_files",
            "draft_media_files",
            "deposit_files",
            "buckets",
        ]
        .contains(&service)
}

/// Where the target of an operation is read.
fn target(input: &Input) -> String {
    input.path.split_inclusive("/draft").next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_old_revision_changes_nothing() {
    let mut stage = Stage::set().await;
    for operation in cairn_api::all().filter(|operation| guarded(operation)) {
        let admin = stage.site.admin();
        for stale in ["0", "17", "7"] {
            let input = stage.plausible(operation).await;
            let target = target(&input);
            let before = admin.get(target.as_str()).await.expect(200).text();
            let answer = send(&admin.with("if-match", stale), operation, input).await;
            assert_eq!(answer.status, 412, "{operation:?} at {stale}: {}", answer.text());
            assert_eq!(admin.get(target.as_str()).await.expect(200).text(), before, "{operation:?}");
        }
    }
}

#[tokio::test]
async fn what_is_deleted_is_gone_for_every_operation() {
    let mut stage = Stage::set().await;
    let mut table = String::new();
    for operation in cairn_api::all() {
        let (service, verb) = operation.name.split_once('.').unwrap();
        let has_target =
            ["{id}/draft", "{id+}", "{token}"].iter().any(|part| operation.route.path.contains(part));
        if !has_target {
            continue;
        }
        let input = match (service, verb) {
            // There the record is published, whose draft is another matter.
            ("drafts", "edit") => {
                let path = operation.route.path.replace("{id}", &stage.draft(false).await);
                Input { path, body: None }
            }
            _ => stage.plausible(operation).await,
        };
        let admin = stage.site.admin();
        admin.delete(target(&input)).await.expect(204);
        let answer = send(&admin, operation, input).await;
        writeln!(table, "{:<24} {}", operation.name, answer.status).unwrap();
        assert!([404, 410].contains(&answer.status), "{operation:?}: {}", answer.text());
    }
    insta::assert_snapshot!(table);
}
