//! `GET /api/records/{id}/versions`: "records.versions"

use super::{publish, site, titles};
use crate::{drafts::path, support::minimal};

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
