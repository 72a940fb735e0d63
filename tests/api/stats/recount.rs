//! Counting again gives the same numbers, and mends those that are wrong.

use cairn_model::kinds::STATS;
use cairn_ports::{Key, store::Page};
use serde_json::json;

use super::{download, record, shown, site, view};
use crate::{
    jobs::done,
    support::{Site, User},
};

/// A site where two records were used on three days; and everything that was counted.
async fn used() -> (Site, User, [String; 2]) {
    let (site, ada, one) = site().await;
    let other = record(&site, &ada).await;
    for _ in 0..3 {
        for visitor in 0..4 {
            let reader = site.nobody().from([203, 0, 113, visitor]);
            download(&reader, &one, "a.txt").await;
            site.clock.advance(20);
            download(&reader, &one, "a.txt").await;
            view(&reader, &other).await;
        }
        site.settle().await;
        site.clock.advance(24 * 3_600);
    }
    (site, ada, [one, other])
}

/// What records show, and what was counted on each day.
async fn counts(site: &Site, ids: &[String; 2]) -> Vec<String> {
    let mut counts = Vec::new();
    for id in ids {
        counts.push(shown(site, id).await.to_string());
        let page = Page::default();
        let days = site.system.shared.ports.store.query(STATS, &format!("days#{id}"), &page).await.unwrap();
        for mut day in days.items {
            day.counters.remove("counted");
            counts.push(format!("{} {:?}", day.key.sort, day.counters));
        }
    }
    counts
}

async fn recount(site: &Site) -> (u64, u64) {
    let run = done(site, "recount_statistics", json!({})).await;
    assert!(["SUCCESS", "PARTIAL_SUCCESS"].contains(&run["status"].as_str().unwrap()), "{run}");
    (run["total_entries"].as_u64().unwrap(), run["updated_entries"].as_u64().unwrap())
}

#[tokio::test]
async fn a_recount_of_what_is_right_changes_nothing() {
    let (site, _ada, ids) = used().await;
    let before = counts(&site, &ids).await;
    assert!(before[0].contains(r#""downloads":12,"unique_downloads":12,"data_volume":120.0"#), "{before:?}");
    let (seen, mended) = recount(&site).await;
    assert!(seen >= 3 * 4 + 4, "{seen}");
    assert_eq!(mended, 0);
    assert_eq!(counts(&site, &ids).await, before);
}

#[tokio::test]
async fn a_recount_mends_days_and_sums_also_long_after() {
    for later in [0, 40 * 24 * 3_600] {
        let (site, _ada, ids) = used().await;
        let before = counts(&site, &ids).await;
        site.clock.advance(later);
        let shared = &site.system.shared;
        for (partition, sort, counter, by) in [
            (format!("days#{}", ids[0]), "2026-01-02", "downloads", 7),
            (format!("total#{}", ids[0]), "total", "data_volume", -50),
            (format!("total#{}", ids[1]), "total", "unique_views", 3),
        ] {
            let mut work = shared.work();
            work.count(Key::new(STATS, partition, sort), counter, by, 1_000_000);
            shared.ports.store.commit(&work).await.unwrap();
        }
        assert_ne!(counts(&site, &ids).await, before);
        let (_, mended) = recount(&site).await;
        assert_eq!(mended, 3, "{later}");
        assert_eq!(counts(&site, &ids).await, before);
        assert_eq!(recount(&site).await.1, 0);
        let hit = site.nobody().get(format!("/api/records?q=id:{}", ids[1])).await.expect(200).json();
        assert_eq!(hit["hits"]["hits"][0]["stats"]["all_versions"]["unique_views"], 12, "the index follows");
    }
}

#[tokio::test]
async fn what_is_kept_and_was_not_counted_is() {
    let (site, _ada, id) = site().await;
    download(&site.nobody(), &id, "a.txt").await;
    site.settle().await;
    let right = shown(&site, &id).await;
    // As if the consumer had died after it kept the event: no visit, no counts.
    let shared = &site.system.shared;
    let rows = shared.ports.store.scan_segment(STATS, cairn_ports::store::Segment::WHOLE, None, 1_000).await;
    let mut work = shared.work();
    for item in rows.unwrap().items.into_iter().filter(|item| !item.key.partition.starts_with("salt#")) {
        work.delete(item.key, cairn_ports::Expect::Any);
    }
    shared.ports.store.commit(&work).await.unwrap();
    assert_ne!(shown(&site, &id).await, right);
    site.clock.advance(24 * 3_600);
    recount(&site).await;
    assert_eq!(shown(&site, &id).await, right);
}
