//! `POST /api/records`: "drafts.create"

use super::with_draft;
use crate::support::{Site, minimal};
use serde_json::json;

#[tokio::test]
async fn a_draft_shows_what_was_deposited_with_titles_links_and_state() {
    let (_, _, draft) = with_draft().await;
    let keys: Vec<&String> = draft.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "id",
            "created",
            "updated",
            "links",
            "revision_id",
            "parent",
            "versions",
            "is_published",
            "is_draft",
            "expires_at",
            "pids",
            "metadata",
            "custom_fields",
            "access",
            "files",
            "media_files",
            "status"
        ]
    );
    assert!(draft["metadata"]["resource_type"]["title"]["en"].is_string());
    assert_eq!(draft["versions"], json!({"is_latest": false, "is_latest_draft": true, "index": 1}));
    assert_eq!(draft["status"], "draft");
    insta::assert_json_snapshot!(draft);
}

#[tokio::test]
async fn what_is_wrong_is_reported_and_the_rest_is_saved() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let mut body = minimal();
    body["metadata"]["title"] = json!("");
    body["metadata"]["nosuchfield"] = json!(1);
    body["ignored"] = json!(1);
    let answer = ada.post("/api/records", body).await.expect(201);
    assert_eq!(
        answer.errors(),
        ["metadata.title: Shorter than minimum length 3.", "metadata.nosuchfield: Unknown field."]
    );
    let draft = answer.json();
    assert!(draft["metadata"].get("title").is_none());
    assert!(draft["metadata"]["creators"].is_array());
    assert!(draft.get("ignored").is_none());
}

#[tokio::test]
async fn nobody_deposits_and_unreadable_bodies_leave_nothing_behind() {
    let site = Site::start().await;
    site.nobody().post("/api/records", minimal()).await.expect(403);
    let ada = site.user("ada").await;
    let mut unknown = minimal();
    unknown["metadata"]["languages"] = json!([{"id": "xxx-none"}]);
    let answer = ada.post("/api/records", unknown).await.expect(400);
    assert_eq!(answer.json()["message"], "Invalid value xxx-none.");
    let mut secret = minimal();
    secret["access"]["files"] = json!("secret");
    ada.post("/api/records", secret).await.expect(400);
    site.settle().await;
    assert_eq!(ada.get("/api/user/records").await.expect(200).json()["hits"]["total"], 0);
}

#[tokio::test]
async fn a_document_that_the_store_cannot_hold_is_kept_all_the_same() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let mut noise = vec![0; 1_500_000];
    cairn_ports::Ids::fill(&cairn_ports::ids::RandomIds, &mut noise);
    let description = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &noise);
    let mut body = minimal();
    body["metadata"]["description"] = json!(description);
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    assert_eq!(draft["metadata"]["description"], description);
    let this = super::path(&draft, "self");
    assert_eq!(ada.get(&this).await.expect(200).json()["metadata"]["description"], description);
    body["metadata"]["title"] = json!("Another title");
    ada.put(&this, &body).await.expect(200);
    let record = ada.post(super::path(&draft, "publish"), ()).await.expect(202).json();
    site.settle().await;
    let shown = site.nobody().get(&record["links"]["self"]).await.expect(200).json();
    assert_eq!(
        (&shown["metadata"]["description"], &shown["metadata"]["title"]),
        (&json!(description), &json!("Another title"))
    );
    assert_eq!(site.nobody().get("/api/records?q=another").await.expect(200).json()["hits"]["total"], 1);
}
