//! Embargoes end on their day.

use serde_json::{Value, json};

use super::site;
use crate::{
    drafts::path,
    jobs::done,
    support::{
        Site, User,
        files::{send, with_files},
    },
};

/// Seconds of a day.
const DAY: i64 = 24 * 3_600;

/// The day so many days from now.
fn day(site: &Site, days: u64) -> String {
    let later = std::time::Duration::from_secs(days * 24 * 3_600);
    site.system.shared.now().plus(later).day().to_string()
}

fn embargo(until: &str) -> Value {
    json!({
        "record": "restricted", "files": "restricted",
        "embargo": {"active": true, "until": until, "reason": "under review"},
    })
}

/// A record with a file, under embargo for so many days.
async fn embargoed(site: &Site, ada: &User, days: u64) -> Value {
    let mut body = with_files();
    body["access"] = embargo(&day(site, days));
    let draft = ada.post("/api/records", body).await.expect(201).json();
    send(ada, &format!("{}/files", path(&draft, "self")), "a.txt", b"a secret").await;
    ada.post(path(&draft, "publish"), ()).await.expect(202).json()
}

/// A record whose embargo ends.
pub(crate) async fn over(site: &Site, ada: &User) {
    embargoed(site, ada, 1).await;
    site.clock.advance(DAY);
    lift(site).await;
}

async fn lift(site: &Site) -> Value {
    done(site, "lift_embargoes", json!({})).await
}

#[tokio::test]
async fn a_record_opens_on_its_day_and_not_before() {
    let (site, ada) = site().await;
    let record = embargoed(&site, &ada, 2).await;
    let (address, nobody) = (path(&record, "self"), site.nobody());
    assert_eq!(record["access"]["status"], "embargoed");
    site.clock.advance(DAY);
    lift(&site).await;
    nobody.get(&address).await.expect(403);
    site.clock.advance(DAY);
    nobody.get(&address).await.expect(403);
    lift(&site).await;
    let opened = nobody.get(&address).await.expect(200).json();
    let access = json!({
        "record": "public", "files": "public", "status": "open",
        "embargo": {"active": false, "until": record["access"]["embargo"]["until"], "reason": "under review"},
    });
    assert_eq!(opened["access"], access);
    assert!(opened["pids"]["oai"]["identifier"].is_string(), "what is public is harvested");
    assert_eq!(record["pids"], json!({}));
    nobody.get(format!("{address}/files/a.txt/content")).await.expect(200);
    site.settle().await;
    assert_eq!(nobody.get("/api/records?access_status=open").await.json()["hits"]["total"], 1);
    // Doing it twice changes nothing.
    lift(&site).await;
    assert_eq!(nobody.get(&address).await.expect(200).json()["revision_id"], opened["revision_id"]);
}

#[tokio::test]
async fn a_draft_that_says_the_same_follows_and_another_stays() {
    let (site, ada) = site().await;
    let (same, other) = (embargoed(&site, &ada, 1).await, embargoed(&site, &ada, 1).await);
    ada.post(path(&same, "draft"), ()).await.expect(201);
    let mut draft = ada.post(path(&other, "draft"), ()).await.expect(201).json();
    draft["access"] = embargo(&day(&site, 30));
    ada.put(path(&other, "draft"), draft).await.expect(200);
    site.clock.advance(DAY);
    lift(&site).await;
    let status = |at: String| {
        let ada = ada.clone();
        async move { ada.get(at).await.expect(200).json()["access"]["status"].clone() }
    };
    assert_eq!(status(path(&same, "draft")).await, "open");
    assert_eq!(status(path(&other, "self")).await, "open");
    assert_eq!(status(path(&other, "draft")).await, "embargoed");
}

#[tokio::test]
async fn a_day_that_was_put_off_is_kept() {
    let (site, ada) = site().await;
    let record = embargoed(&site, &ada, 1).await;
    let mut draft = ada.post(path(&record, "draft"), ()).await.expect(201).json();
    draft["access"] = embargo(&day(&site, 3));
    ada.put(path(&record, "draft"), draft).await.expect(200);
    ada.post(format!("{}/actions/publish", path(&record, "draft")), ()).await.expect(202);
    site.clock.advance(DAY);
    lift(&site).await;
    site.nobody().get(path(&record, "self")).await.expect(403);
    site.clock.advance(2 * DAY);
    lift(&site).await;
    site.nobody().get(path(&record, "self")).await.expect(200);
}

#[tokio::test]
async fn a_site_that_slept_opens_all_that_is_over() {
    let (site, ada) = site().await;
    let mut records = Vec::new();
    for days in 1..=5 {
        records.push(embargoed(&site, &ada, days).await);
    }
    site.clock.advance(40 * DAY);
    lift(&site).await;
    for record in records {
        site.nobody().get(path(&record, "self")).await.expect(200);
    }
}
