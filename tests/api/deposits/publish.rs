//! `POST /api/deposit/depositions/{id}/actions/publish`: `"deposits.publish"`

use serde_json::json;

use super::{LIST, problems, published, send, to, with_deposition};
use crate::support::Site;

#[tokio::test]
async fn a_deposition_with_problems_stays_one_and_all_are_listed() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let deposition = ada.post(LIST, json!({})).await.expect(201).json();
    let missing = "Missing data for required field.";
    assert_eq!(
        problems(&ada.post(to(&deposition, "publish"), ()).await.expect(400)),
        [
            format!("metadata.upload_type: {missing}"),
            format!("metadata.creators: {missing}"),
            format!("metadata.title: {missing}"),
            "files: Missing uploaded files. To disable files for this record please mark it as metadata-only.".into(),
        ]
    );
    assert_eq!(ada.get(to(&deposition, "self")).await.expect(200).json()["submitted"], false);
}

#[tokio::test]
async fn only_those_who_may_publish_do_and_once() {
    let (site, ada, deposition) = with_deposition().await;
    send(&ada, &deposition, "a.txt", b"a file").await;
    let publish = to(&deposition, "publish");
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.post(&publish, ()).await.expect(403);
    }
    let once = ada.with("idempotency-key", "publish");
    for _ in 0..2 {
        once.post(&publish, ()).await.expect(202);
    }
    ada.post(&publish, ()).await.expect(404);
}

#[tokio::test]
async fn what_is_published_is_a_record_like_others() {
    let (site, _ada, record) = published().await;
    site.settle().await;
    let found = site.nobody().get("/api/records?q=upload").await.expect(200).json();
    assert_eq!(found["hits"]["hits"][0]["id"], record["id"]);
    assert_eq!(record["doi"], record["metadata"]["prereserve_doi"]["doi"]);
}
