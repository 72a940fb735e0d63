//! `GET /api/user/records`: `records.search_own`

use super::{next_version, publish, site, titles, two_versions};
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

#[tokio::test]
async fn of_each_family_the_newest_version_is_listed() {
    let (site, ada) = site().await;
    let (first, _) = two_versions(&ada, ("First", false), ("Second", false)).await;
    site.settle().await;
    let listed = async |query: &str| {
        let list = ada.get(format!("/api/user/records?sort=oldest{query}")).await.expect(200).json();
        assert_eq!(list["hits"]["total"], titles(&list).len());
        titles(&list).join(", ")
    };
    assert_eq!(listed("").await, "Second");
    assert_eq!(listed("&allversions=false").await, "Second");
    assert_eq!(listed("&allversions=true").await, "First, Second");
    let third = next_version(&ada, &first, "Third", false).await;
    site.settle().await;
    assert_eq!(listed("").await, "Third", "the draft of the next version is the newest");
    assert_eq!(listed("&allversions=1").await, "First, Second, Third");
    ada.delete(path(&third, "self")).await.expect(204);
    site.settle().await;
    assert_eq!(listed("").await, "Second");
    ada.post(path(&first, "draft"), ()).await.expect(201);
    site.settle().await;
    assert_eq!(listed("").await, "Second", "an older version that is edited stays an older one");
}
