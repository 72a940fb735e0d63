//! The index follows what is counted, once a minute.

use super::{download, record, site, view};
use crate::support::{Site, User};

/// Ids of what is found, in order, separated by blanks.
async fn found(user: &User, query: &str) -> String {
    let hits = user.get(format!("/api/records?{query}")).await.expect(200).json();
    let hits = hits["hits"]["hits"].as_array().unwrap().clone();
    hits.iter().map(|hit| hit["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// A site with three records: seen often, downloaded often, neither.
async fn used() -> (Site, [String; 3]) {
    let (site, ada, seen) = site().await;
    let (loaded, unused) = (record(&site, &ada).await, record(&site, &ada).await);
    for visitor in 0..3 {
        let reader = site.nobody().from([203, 0, 113, visitor]);
        view(&reader, &seen).await;
        download(&reader, &loaded, "a.txt").await;
    }
    download(&site.nobody(), &seen, "a.txt").await;
    view(&site.nobody(), &loaded).await;
    site.settle().await;
    (site, [seen, loaded, unused])
}

#[tokio::test]
async fn records_are_sorted_and_found_by_their_use() {
    let (site, [seen, loaded, unused]) = used().await;
    let nobody = site.nobody();
    assert_eq!(found(&nobody, "sort=mostviewed").await, format!("{seen} {loaded} {unused}"));
    assert_eq!(found(&nobody, "sort=mostdownloaded").await, format!("{loaded} {seen} {unused}"));
    assert_eq!(found(&nobody, "q=stats.all_versions.views:%3E1").await, seen);
    assert_eq!(found(&nobody, "q=stats.this_version.downloads:[2%20TO%20*]").await, loaded);
    assert_eq!(found(&nobody, "q=stats.all_versions.data_volume:30").await, loaded);
    let hit = nobody.get(format!("/api/records?q=id:{seen}")).await.expect(200).json();
    let read = nobody.get(format!("/api/records/{seen}")).await.expect(200).json();
    assert_eq!(hit["hits"]["hits"][0]["stats"], read["stats"]);
    assert_eq!(read["stats"]["this_version"]["unique_views"], 3);
}

#[tokio::test]
async fn a_popular_record_is_indexed_once_a_minute() {
    let (site, _ada, id) = site().await;
    let mut counted = 0;
    for visitor in 0..20 {
        view(&site.nobody().from([203, 0, 113, visitor]), &id).await;
        site.act().await;
        let rows = site.system.shared.ports.store.changes(None, 100).await.unwrap().rows;
        counted += rows.iter().filter(|row| row.event.kind == "usage.counted").count();
    }
    assert_eq!(counted, 1);
    let seen_by = |many: u64| format!("q=id:{id}%20AND%20stats.all_versions.unique_views:{many}");
    assert!(found(&site.nobody(), &seen_by(20)).await.is_empty(), "not yet");
    site.settle().await;
    assert_eq!(found(&site.nobody(), &seen_by(20)).await, id);
    // What comes after is another minute's.
    view(&site.nobody().from([203, 0, 113, 99]), &id).await;
    site.settle().await;
    assert_eq!(found(&site.nobody(), &seen_by(21)).await, id);
}
