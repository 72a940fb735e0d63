//! `PUT /api/records/{id}/draft`: "drafts.update"

use super::{path, with_draft};
use crate::support::{Site, files, minimal};
use serde_json::json;

#[tokio::test]
async fn saving_replaces_what_was_there() {
    let (_, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    let mut body = minimal();
    body["metadata"]["version"] = json!("2");
    let saved = ada.put(&this, body).await.expect(200).json();
    assert_eq!(saved["metadata"]["version"], "2");
    assert_eq!(saved["revision_id"], 2);
    let saved = ada.put(&this, minimal()).await.expect(200).json();
    assert!(saved["metadata"].get("version").is_none());
    assert_eq!(ada.get(&this).await.json()["metadata"], saved["metadata"]);
}

#[tokio::test]
async fn a_stale_revision_is_412_and_names_both() {
    let (_, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    ada.with("if-match", "1").put(&this, minimal()).await.expect(200);
    ada.with("if-match", "\"2\"").put(&this, minimal()).await.expect(200);
    let stale = ada.with("if-match", "1").put(&this, minimal()).await.expect(412);
    assert_eq!(stale.json()["message"], "Revision id provided(1) doesn't match record's one(3)");
    for impossible in ["-1", "99999999999999999999"] {
        let stale = ada.with("if-match", impossible).put(&this, minimal()).await.expect(412).json();
        let message = format!("Revision id provided({impossible}) doesn't match record's one(3)");
        assert_eq!(stale, json!({"status": 412, "message": message}));
    }
    let nonsense = ada.with("if-match", "abc").put(&this, minimal()).await.expect(400);
    assert_eq!(nonsense.errors(), ["if_match: Not a valid integer."]);
}

#[tokio::test]
async fn only_those_who_may_save_save() {
    let (site, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    site.nobody().put(&this, minimal()).await.expect(403);
    site.user("eve").await.put(&this, minimal()).await.expect(403);
    ada.put("/api/records/zege4-jwk51/draft", minimal()).await.expect(404);
    ada.put(&this, "{").await.expect(400);
    assert_eq!(ada.get(&this).await.json()["revision_id"], 1);
}

#[tokio::test]
async fn a_draft_with_files_enabled_is_reminded_of_them() {
    let (_, ada, draft) = with_draft().await;
    let mut body = minimal();
    body["files"]["enabled"] = json!(true);
    let answer = ada.put(path(&draft, "self"), body).await.expect(200);
    assert_eq!(answer.errors().len(), 1);
    assert!(answer.errors()[0].starts_with("files.enabled: Missing uploaded files."));
}

#[tokio::test]
async fn what_is_wrong_with_the_body_is_told_to_those_who_may_save_it() {
    let (site, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    let mut body = minimal();
    body["access"] = json!({"record": "x", "files": "public"});
    site.nobody().put(&this, body.clone()).await.expect(403);
    site.user("eve").await.put(&this, body.clone()).await.expect(403);
    ada.with("if-match", "99").put(&this, body.clone()).await.expect(412);
    ada.put(&this, body).await.expect(400);
}

#[tokio::test]
async fn other_types_are_refused_with_those_that_are_known() {
    let (_, ada, draft) = with_draft().await;
    for body in ["", "title=x"] {
        let refused =
            ada.with("content-type", "text/plain").put(path(&draft, "self"), body).await.expect(415);
        assert_eq!(
            refused.json()["message"],
            "Invalid 'Content-Type' header. Expected one of: application/json, \
             application/ld+json;profile=\"https://w3id.org/ro/crate/1.1\""
        );
    }
}

#[tokio::test]
async fn files_that_are_in_use_are_shown_when_they_cannot_be_switched_off() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let this = format!("/api/records/{}/draft", files::draft(&ada).await);
    files::send(&ada, &format!("{this}/files"), "data.csv", b"1,2,3").await;
    let answer = ada.put(&this, minimal()).await.expect(200);
    assert_eq!(
        answer.errors(),
        ["files.enabled: You must first delete all files to set the record to be metadata-only."]
    );
    let shown = &answer.json()["files"];
    assert_eq!(shown["enabled"], true);
    assert_eq!((&shown["count"], &shown["total_bytes"]), (&json!(1), &json!(5)));
    assert_eq!(shown["entries"]["data.csv"]["size"], 5);
    let hits = ada.get("/api/user/records?q=files.entries.key:data.csv").await.expect(200).json();
    assert_eq!(hits["hits"]["total"], 1, "the index shows it, too");
}
