//! `GET /api/records/{id}/versions`: "records.versions"

use super::{next_version, publish, site, titles, two_versions};
use crate::{drafts::path, support::minimal};
use serde_json::json;

#[tokio::test]
async fn versions_are_for_readers_of_the_record() {
    let (site, ada) = site().await;
    let record = publish(&ada, "First version", false).await;
    site.settle().await;
    let list = site.nobody().get(path(&record, "versions")).await.expect(200).json();
    assert_eq!(titles(&list), ["First version"]);
    assert_eq!(list["sortBy"], "version");
    assert!(list.get("aggregations").is_none());
    let hidden = publish(&ada, "Hidden", true).await;
    site.nobody().get(path(&hidden, "versions")).await.expect(403);
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    assert_eq!(ada.get(path(&draft, "versions")).await.expect(200).json()["hits"]["total"], 0);
    site.nobody().get("/api/records/zege4-jwk51/versions").await.expect(404);
}

#[tokio::test]
async fn the_draft_of_a_next_version_has_those_that_are_published() {
    let (site, ada) = site().await;
    let (_, second) = two_versions(&ada, ("First", true), ("Second", false)).await;
    let third = next_version(&ada, &second, "Third", false).await;
    site.settle().await;
    let list = ada.get(path(&third, "versions")).await.expect(200).json();
    assert_eq!(titles(&list), ["Second", "First"]);
    assert_eq!(
        list["links"]["self"].as_str().unwrap().split('?').next(),
        third["links"]["versions"].as_str()
    );
    // Which family a draft belongs to is for those who may see the draft.
    for stranger in [site.nobody(), site.user("eve").await] {
        let list = stranger.get(path(&third, "versions")).await.expect(200).json();
        assert_eq!(list["hits"], json!({"hits": [], "total": 0}));
    }
    let parent = second["parent"]["id"].as_str().unwrap();
    let refused = ada.get(format!("/api/records/{parent}/versions")).await.expect(404).json();
    assert_eq!(refused["message"], "Not found.");
}
