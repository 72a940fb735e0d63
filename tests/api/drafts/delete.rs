//! `DELETE /api/records/{id}/draft`: "drafts.delete"

use super::{path, with_draft};
use crate::{noise::everything_stored, support::minimal};
use serde_json::json;

#[tokio::test]
async fn a_discarded_draft_leaves_nothing() {
    let (site, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    ada.with("if-match", "7").delete(&this).await.expect(412);
    assert!(ada.delete(&this).await.expect(204).body.is_empty());
    ada.get(&this).await.expect(404);
    ada.delete(&this).await.expect(404);
    site.settle().await;
    assert_eq!(ada.get("/api/user/records").await.json()["hits"]["total"], 0);
}

#[tokio::test]
async fn a_record_survives_the_discarding_of_its_edit_draft() {
    let (site, ada, draft) = with_draft().await;
    let (this, publish) = (path(&draft, "self"), path(&draft, "publish"));
    ada.post(&publish, ()).await.expect(202);
    let edit = ada.post(&this, ()).await.expect(201).json();
    let mut body = minimal();
    body["metadata"]["title"] = json!("Never published");
    ada.put(&this, body).await.expect(200);
    ada.delete(&this).await.expect(204);
    let again = ada.post(&this, ()).await.expect(201).json();
    assert_eq!(again["metadata"]["title"], draft["metadata"]["title"]);
    assert!(again["revision_id"].as_u64() > edit["revision_id"].as_u64(), "revisions never repeat");
    site.nobody().get(path(&draft, "record")).await.expect(200);
}

#[tokio::test]
async fn strangers_discard_nothing() {
    let (site, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    site.nobody().delete(&this).await.expect(403);
    site.user("eve").await.delete(&this).await.expect(403);
    ada.get(&this).await.expect(200);
}

#[tokio::test]
async fn nothing_is_negotiated_where_there_is_nothing_to_show() {
    let (_, ada, draft) = with_draft().await;
    ada.with("accept", "application/vnd.inveniordm.v1+json").delete(path(&draft, "self")).await.expect(204);
}

#[tokio::test]
async fn nothing_is_kept_of_a_draft_that_was_never_published() {
    let (site, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    let mut body = minimal();
    for title in ["Quagga one", "Quagga two", "Quagga three"] {
        body["metadata"]["title"] = json!(title);
        ada.put(&this, &body).await.expect(200);
    }
    assert!(everything_stored(&site).await.contains("Quagga one"), "what was overwritten is kept");
    ada.delete(&this).await.expect(204);
    site.settle().await;
    assert!(!everything_stored(&site).await.contains("Quagga"));
}

#[tokio::test]
async fn the_history_of_a_record_survives_the_discarding_of_a_draft() {
    let (site, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    ada.post(&this, ()).await.expect(201);
    let mut body = minimal();
    body["metadata"]["title"] = json!("Quagga");
    ada.put(&this, &body).await.expect(200);
    ada.put(&this, minimal()).await.expect(200);
    ada.delete(&this).await.expect(204);
    site.settle().await;
    assert!(everything_stored(&site).await.contains("Quagga"));
}
