//! Who looked at what cannot be found out afterwards.

use std::fmt::Write;

use cairn_model::{
    kinds::{ACCOUNTS, TABLES},
    objects::Place,
};
use cairn_ports::{Key, store::Segment};

use super::{download, site, view};
use crate::support::Site;

/// Everything that is stored, but the people themselves.
async fn everything(site: &Site) -> String {
    let ports = &site.system.shared.ports;
    let mut text = String::new();
    for table in TABLES.iter().filter(|table| **table != ACCOUNTS) {
        let scanned = ports.store.scan_segment(*table, Segment::WHOLE, None, 10_000).await.unwrap();
        assert!(scanned.next.is_none());
        for item in scanned.items {
            writeln!(text, "{} {}", item.key, item.body).unwrap();
        }
    }
    let objects = ports.objects.home().unwrap();
    for listed in objects.list("usage/", None).await.unwrap().objects {
        let place = Place { version: None, ..listed.place };
        let packed = objects.read(&place, 0..listed.size).await.unwrap();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut text).unwrap();
    }
    text
}

#[tokio::test]
async fn neither_addresses_nor_programs_nor_people_are_kept() {
    let (site, _ada, id) = site().await;
    let eve = site.user("eve").await;
    let agent = "Mozilla/5.0 (Secret Browser)";
    for reader in [site.nobody().from([203, 0, 113, 7]), eve.from([203, 0, 113, 8])] {
        let reader = reader.with("user-agent", agent);
        download(&reader, &id, "a.txt").await;
        view(&reader, &id).await;
    }
    let before = everything(&site).await;
    site.settle().await;
    let after = everything(&site).await;
    assert!(after.contains("record.viewed") && after.contains("visit#"), "something is kept");
    let actor = format!("\"actor\":\"{}\"", eve.id);
    for secret in ["203.0.113", "Secret", &actor] {
        assert!(!before.contains(secret) && !after.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_visitor_is_another_one_on_the_next_day_and_the_salt_goes() {
    let (site, _ada, id) = site().await;
    let salt = Key::new(cairn_model::kinds::STATS, "salt#2026-01-01", "salt");
    let mut visitors = std::collections::BTreeSet::new();
    for _ in 0..2 {
        download(&site.nobody(), &id, "a.txt").await;
        let events = super::waiting(&site).await;
        visitors.insert(events[0].data["visitor"].as_str().unwrap().to_owned());
        site.settle().await;
        let kept = site.system.shared.ports.store.get(&salt).await.unwrap().unwrap();
        // 2026-01-03, when the day after is over.
        assert_eq!(kept.expires, Some(1_767_225_600 + 2 * 24 * 3_600));
        site.clock.advance(24 * 3_600);
    }
    assert_eq!(visitors.len(), 2);
}
