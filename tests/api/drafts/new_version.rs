//! `POST /api/records/{id}/versions`

use serde_json::json;

use super::{path, with_draft};

#[tokio::test]
async fn a_new_version_begins_with_what_the_latest_says() {
    let (site, ada, draft) = with_draft().await;
    let id = draft["id"].as_str().unwrap().to_owned();
    let versions = format!("/api/records/{id}/versions");
    ada.post(&versions, ()).await.expect(404);
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    for user in [site.nobody(), site.user("eve").await] {
        user.post(&versions, ()).await.expect(403);
    }
    let next = ada.post(&versions, ()).await.expect(201).json();
    assert_ne!(next["id"], json!(id));
    assert_eq!((&next["versions"]["index"], &next["status"]), (&json!(2), &json!("new_version_draft")));
    assert_eq!(next["parent"]["id"], draft["parent"]["id"]);
    assert_eq!(next["metadata"]["title"], draft["metadata"]["title"]);
    assert_ne!(next["metadata"]["publication_date"], draft["metadata"]["publication_date"]);
    assert_eq!(ada.post(&versions, ()).await.expect(201).json()["id"], next["id"], "there is one at a time");
    site.settle().await;
    ada.post(path(&next, "publish"), ()).await.expect(202);
    site.settle().await;
    let old = site.nobody().get(format!("/api/records/{id}")).await.json();
    assert_eq!(old["versions"]["is_latest"], false);
    let found = site.nobody().get("/api/records").await.json();
    assert_eq!((&found["hits"]["total"], &found["hits"]["hits"][0]["id"]), (&json!(1), &next["id"]));
    ada.delete(path(&next, "self")).await;
}

#[tokio::test]
async fn an_edit_that_is_told_of_at_the_same_time_leaves_no_old_version_among_the_latest() {
    let (site, ada, draft) = with_draft().await;
    let record = ada.post(path(&draft, "publish"), ()).await.expect(202).json();
    // The edit gives the old version more revisions than the new one has when it is published.
    for _ in 0..2 {
        let edited = ada.post(path(&record, "draft"), ()).await.expect(201).json();
        ada.put(path(&edited, "self"), edited.clone()).await.expect(200);
        ada.post(path(&edited, "publish"), ()).await.expect(202);
    }
    let next = ada.post(path(&record, "versions"), ()).await.expect(201).json();
    let mut body = next.clone();
    body["metadata"]["publication_date"] = json!("2026-01-01");
    ada.put(path(&next, "self"), body).await.expect(200);
    ada.post(path(&next, "publish"), ()).await.expect(202);
    site.settle().await;
    let found = site.nobody().get("/api/records").await.json();
    assert_eq!((&found["hits"]["total"], &found["hits"]["hits"][0]["id"]), (&json!(1), &next["id"]));
}
