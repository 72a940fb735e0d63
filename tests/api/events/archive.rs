//! Archived events move from the store into objects, and nobody who replays them can tell.

use std::sync::Mutex;

use cairn_core::{App, bus::Subscriber};
use cairn_events::poll;
use cairn_model::{
    Identity, Timestamp, UserId,
    identity::ADMINISTRATOR,
    kinds::{ACCOUNTS, EVENTS, JOBS},
    queue::LOW_PRIORITY,
    table::OUTBOX,
};
use cairn_ports::{
    Grant,
    Need::{self, Consume, PutObjects, Read, Scan, Write},
    store::Segment,
};
use futures::FutureExt;
use serde_json::json;

use super::{hear, listener};
use crate::{
    bus::with,
    jobs,
    support::{Site, minimal},
};

static LISTENER: Subscriber = listener(|_, events| hear(events, &HEARD).boxed());

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What was heard since this was asked the last time, sorted.
fn heard() -> Vec<String> {
    let mut heard = std::mem::take(&mut *HEARD.lock().unwrap());
    heard.sort();
    heard
}

/// One step of a replay from the beginning; where the next one begins.
async fn step(site: &Site, cursor: Option<String>) -> Option<String> {
    let who = Identity::user(UserId("1".into()), [ADMINISTRATOR.to_owned()]);
    let since: Timestamp = serde_json::from_value(json!("2026-01-01T00:00:00+00:00")).unwrap();
    let step = site.system.replay_events(&who, "listener", since, cursor.as_deref()).await.unwrap();
    site.settle().await;
    step.next
}

/// What a replay of everything says, sorted.
async fn replayed(site: &Site) -> Vec<String> {
    let mut cursor = step(site, None).await;
    while cursor.is_some() {
        cursor = step(site, cursor).await;
    }
    heard()
}

/// How many rows the store has, and how many objects.
async fn rows_and_objects(site: &Site) -> (usize, usize) {
    let ports = &site.system.shared.ports;
    let whole = Segment::WHOLE;
    let found = ports.store.scan_segment(EVENTS, whole, None, 1_000).await.unwrap();
    let rows = found.items.iter().filter(|item| item.key.partition.starts_with("archive#")).count();
    let objects = ports.objects.home().unwrap().list("events/", None).await.unwrap().objects;
    (rows, objects.len())
}

/// May do what the job does, but cannot commit what it has put.
const CUT_OFF: &[Need] = &[
    Read(JOBS),
    Read(ACCOUNTS),
    Read(EVENTS),
    Scan(EVENTS),
    Write(JOBS),
    Write(OUTBOX),
    PutObjects("events/"),
    Consume,
];

#[tokio::test]
async fn every_event_is_replayed_once_wherever_it_lies_and_whatever_was_cut_off() {
    let site = with(&LISTENER).await;
    let ada = site.user("ada").await;
    let create = async |count: usize| {
        for _ in 0..count {
            ada.post("/api/records", minimal()).await.expect(201);
            // A row each.
            site.system.relay().await.unwrap();
        }
        site.settle().await;
    };
    create(120).await;
    site.clock.advance(2 * 86_400);
    create(30).await;
    site.clock.advance(3_601);
    create(5).await;
    let all = heard();
    assert_eq!(all.len(), 155);
    let (rows, _) = rows_and_objects(&site).await;

    // The object is there, and then nothing more is done.
    let run = jobs::run(&site, &jobs::job(&site, "archive_events", json!({})).await).await;
    let ports = site.system.shared.ports.scoped(&Grant::of("consume_low_priority", CUT_OFF));
    let cut_off = App::new(ports, site.system.shared.settings.clone());
    while jobs::now(&site, &run).await["status"] != "FAILED" {
        site.system.relay().await.unwrap();
        poll(&cut_off, &LOW_PRIORITY, std::time::Duration::ZERO).await.unwrap();
    }
    let (rows_then, objects) = rows_and_objects(&site).await;
    assert!(rows_then >= rows && objects == 1, "{rows_then} of {rows} rows, {objects} objects");
    assert_eq!(replayed(&site).await, all, "an object that nobody names is none");

    // Half of a replay is done before, half after the events have moved.
    let cursor = step(&site, None).await;
    let moved = jobs::done(&site, "archive_events", json!({})).await;
    assert_eq!(moved["status"], "SUCCESS", "{moved}");
    let (rows, objects) = rows_and_objects(&site).await;
    assert!(rows < 20, "{rows} rows are young");
    assert!((3..6).contains(&objects), "at most 99 rows each: {objects}");
    let mut cursor = step(&site, cursor).await;
    while cursor.is_some() {
        cursor = step(&site, cursor).await;
    }
    let mut seen = heard();
    seen.dedup();
    assert_eq!(seen, all, "nothing was passed over");

    assert_eq!(replayed(&site).await, all, "each once, from objects and rows");
    jobs::done(&site, "archive_events", json!({})).await;
    assert_eq!(replayed(&site).await, all, "doing it again changes nothing");

    // What was left behind by the one that was cut off, if anything, goes; what is named stays.
    let objects = site.system.shared.ports.objects.home().unwrap().clone();
    objects.put("events/2026/01/01/left-0123456789abcdef.jsonl.gz", "left".into()).await.unwrap();
    site.clock.advance(86_400);
    jobs::done(&site, "sweep_files", json!({})).await;
    let left = objects.list("events/2026/01/01/left", None).await.unwrap().objects;
    assert_eq!(left, []);
    assert_eq!(replayed(&site).await, all, "what is named was not swept");
}
