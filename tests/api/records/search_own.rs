//! `GET /api/user/records`: `records.search_own`

use super::{publish, site, titles};
use crate::{drafts::path, support::minimal};

#[tokio::test]
async fn ones_own_drafts_and_records_are_listed_once_each() {
    let (site, ada) = site().await;
    let record = publish(&ada, "Published", false).await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let list = ada.get("/api/user/records").await.expect(200).json();
    assert_eq!(list["hits"]["total"], 2);
    assert_eq!(list["sortBy"], "updated-desc");
    assert_eq!(list["hits"]["hits"][0]["id"], draft["id"]);
    ada.post(path(&record, "draft"), ()).await.expect(201);
    let list = ada.get("/api/user/records?sort=oldest").await.expect(200).json();
    assert_eq!(list["hits"]["total"], 2, "the edit draft stands for its record");
    let published = ada.get("/api/user/records?is_published=true").await.json();
    assert_eq!(titles(&published), ["Published"]);
    site.nobody().get("/api/user/records").await.expect(403);
    assert_eq!(site.user("eve").await.get("/api/user/records").await.json()["hits"]["total"], 0);
}
