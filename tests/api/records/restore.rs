//! `POST /api/records/{id}/restore`: "records.restore"

use serde_json::json;

use super::{bury::bury, publish, site, titles, two_versions};
use crate::drafts::path;

#[tokio::test]
async fn a_restored_record_is_as_it_was() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Back", false).await;
    let before = site.nobody().get(path(&record, "self")).await.json();
    let address = bury(&site.admin(), &record).await;
    site.settle().await;
    let restored = site.admin().post(format!("{address}/restore"), ()).await.expect(200);
    assert_eq!(restored.header("etag"), "");
    assert_eq!(restored.json()["deletion_status"], json!({"is_deleted": false, "status": "P"}));
    let mut after = site.nobody().get(&address).await.expect(200).json();
    assert_eq!(after.get("tombstone"), None);
    for key in ["updated", "revision_id"] {
        after[key] = before[key].clone();
    }
    assert_eq!(after, before);
    site.settle().await;
    assert_eq!(titles(&site.nobody().get("/api/records").await.json()), ["Back"]);
    ada.post(path(&record, "draft"), ()).await.expect(201);
}

#[tokio::test]
async fn a_restored_version_is_the_latest_again() {
    let (site, ada) = site().await;
    let (first, second) = two_versions(&ada, ("First", false), ("Second", false)).await;
    let second = format!("/api/records/{}", second["id"].as_str().unwrap());
    site.admin().send("DELETE", format!("{second}/delete"), json!({})).await.expect(204);
    let is_latest = |at: String| {
        let nobody = site.nobody();
        async move { nobody.get(at).await.expect(200).json()["versions"]["is_latest"].clone() }
    };
    assert_eq!(is_latest(path(&first, "self")).await, true);
    site.admin().post(format!("{second}/restore"), ()).await.expect(200);
    assert_eq!((is_latest(path(&first, "self")).await, is_latest(second).await), (json!(false), json!(true)));
}

#[tokio::test]
async fn the_place_of_a_deleted_version_is_not_given_again() {
    let (site, ada) = site().await;
    let (first, second) = two_versions(&ada, ("First", false), ("Second", false)).await;
    let second = format!("/api/records/{}", second["id"].as_str().unwrap());
    site.admin().send("DELETE", format!("{second}/delete"), json!({})).await.expect(204);
    let mut third = ada.post(path(&first, "versions"), ()).await.expect(201).json();
    assert_eq!(third["versions"]["index"], 3);
    third["metadata"]["publication_date"] = json!("2026-01-01");
    ada.put(path(&third, "self"), third.clone()).await.expect(200);
    let third = ada.post(path(&third, "publish"), ()).await.expect(202).json();
    site.admin().post(format!("{second}/restore"), ()).await.expect(200);
    let versions = |shown: serde_json::Value| {
        (shown["versions"]["index"].clone(), shown["versions"]["is_latest"].clone())
    };
    assert_eq!(versions(ada.get(path(&third, "self")).await.json()), (json!(3), json!(true)));
    assert_eq!(versions(ada.get(second).await.json()), (json!(2), json!(false)));
}

#[tokio::test]
async fn only_administrators_restore_and_only_what_is_deleted() {
    let (site, ada) = site().await;
    let record = publish(&ada, "There", false).await;
    let restore = format!("{}/restore", path(&record, "self"));
    let refused = site.admin().post(&restore, ()).await.expect(400).json();
    assert_eq!(refused["message"], "Record in unexpected deletion status.");
    bury(&site.admin(), &record).await;
    for who in [&site.nobody(), &ada] {
        who.post(&restore, ()).await.expect(403);
    }
    site.admin().post("/api/records/zzzzz-zzzzz/restore", ()).await.expect(404);
}
