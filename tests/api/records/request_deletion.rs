//! `POST /api/records/{id}/request-deletion`: `records.request_deletion`

use serde_json::json;

use super::{publish, site};
use crate::drafts::path;

/// 30 days, in seconds.
const WINDOW: i64 = 30 * 24 * 3_600;

#[tokio::test]
async fn owners_delete_what_they_have_just_published() {
    let (site, ada) = site().await;
    let record = publish(&ada, "A test", false).await;
    let address = path(&record, "self");
    let comment = "I only wanted to try how this works.";
    let body = json!({"reason": "test-record", "comment": comment});
    let request = ada.post(format!("{address}/request-deletion"), body).await.expect(200).json();
    assert_eq!((&request["type"], &request["status"]), (&json!("record-deletion"), &json!("accepted")));
    assert_eq!(request["title"], "Deletion request for \"A test\"");
    let payload = json!({"policy_id": "grace-period-v1", "reason": "test-record", "comment": comment});
    assert_eq!((&request["payload"], &request["receiver"]), (&payload, &json!(null)));
    let tombstone = site.nobody().get(&address).await.expect(410).json()["tombstone"].clone();
    assert_eq!(tombstone["deletion_policy"], json!({"id": "grace-period-v1"}));
    assert_eq!((&tombstone["removed_by"]["user"], &tombstone["note"]), (&json!(ada.id), &json!("")));
    let again = ada.post(format!("{address}/request-deletion"), json!({"reason": "test-record"})).await;
    assert_eq!(again.expect(400).json()["message"], "Record in unexpected deletion status.");
    ada.post(format!("{address}/restore"), ()).await.expect(403);
    site.admin().post(format!("{address}/restore"), ()).await.expect(200);
}

#[tokio::test]
async fn owners_delete_for_thirty_days() {
    let (site, ada) = site().await;
    let (old, older) = (publish(&ada, "Old", false).await, publish(&ada, "Older", false).await);
    let ask = |record: &serde_json::Value| {
        let (ada, at) = (ada.clone(), format!("{}/request-deletion", path(record, "self")));
        async move { ada.post(at, json!({"reason": "test-record"})).await.status }
    };
    site.clock.advance(WINDOW);
    assert_eq!(ask(&old).await, 200);
    site.clock.advance(24 * 3_600);
    assert_eq!(ask(&older).await, 403);
}

#[tokio::test]
async fn nobody_else_does_and_not_without_a_reason() {
    let (site, ada) = site().await;
    let eve = site.user("eve").await;
    let record = publish(&ada, "Stays", false).await;
    let ask = format!("{}/request-deletion", path(&record, "self"));
    for who in [&site.nobody(), &eve, &site.admin()] {
        who.post(&ask, json!({"reason": "nosuch"})).await.expect(403);
    }
    let missing = ada.post(&ask, json!({})).await.expect(400).errors();
    assert_eq!(missing, ["reason: Missing data for required field."]);
    for reason in ["nosuch", "spam"] {
        let refused = ada.post(&ask, json!({"reason": reason})).await.expect(400).errors();
        assert_eq!(refused, ["_schema: Invalid removal reason"], "{reason} is not for owners");
    }
    let short = json!({"reason": "test-record", "comment": "short"});
    assert_eq!(
        ada.post(&ask, short).await.expect(400).errors(),
        ["comment: Shorter than minimum length 25."]
    );
    ada.post("/api/records/zzzzz-zzzzz/request-deletion", json!({"reason": "test-record"})).await.expect(404);
    site.nobody().get(path(&record, "self")).await.expect(200);
}
