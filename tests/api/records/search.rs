//! `GET /api/records`: "records.search"

use super::{publish, site, titles};

#[tokio::test]
async fn what_may_not_be_seen_is_neither_found_nor_counted() {
    let (site, ada) = site().await;
    publish(&ada, "Open kiln", false).await;
    publish(&ada, "Secret kiln", true).await;
    site.settle().await;
    let open = site.nobody().get("/api/records?q=kiln").await.expect(200).json();
    assert_eq!(titles(&open), ["Open kiln"]);
    assert_eq!(open["hits"]["total"], 1);
    assert_eq!(open["aggregations"]["access_status"]["buckets"].as_array().unwrap().len(), 1);
    let eve = site.user("eve").await.get("/api/records?q=kiln").await.expect(200).json();
    assert_eq!(eve["hits"]["total"], 1);
    let own = ada.get("/api/records?q=kiln&sort=oldest").await.expect(200).json();
    assert_eq!(titles(&own), ["Open kiln", "Secret kiln"]);
}

#[tokio::test]
async fn facets_narrow_hits_and_leave_counts_alone() {
    let (site, ada) = site().await;
    for title in ["One", "Two"] {
        publish(&ada, title, false).await;
    }
    site.settle().await;
    let all = site.nobody().get("/api/records").await.expect(200).json();
    let bucket = &all["aggregations"]["resource_type"]["buckets"][0];
    assert_eq!(bucket["doc_count"], 2);
    assert!(bucket["label"].is_string() && bucket["inner"]["buckets"].is_array());
    let none = site.nobody().get("/api/records?resource_type=nosuch").await.expect(200).json();
    assert_eq!(none["hits"]["total"], 0);
    assert_eq!(none["aggregations"], all["aggregations"]);
    for bad in ["page=0", "size=x", "sort=nosuch", "allversions=maybe", "suggest=x", "page=401"] {
        site.nobody().get(format!("/api/records?{bad}")).await.expect(400);
    }
}

#[tokio::test]
async fn writers_see_what_they_wrote_at_once() {
    let (_, ada) = site().await;
    for number in 1..=5 {
        publish(&ada, "Fresh pot", false).await;
        assert_eq!(ada.get("/api/records?q=fresh").await.json()["hits"]["total"], number);
    }
}
