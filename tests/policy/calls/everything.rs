//! Everything that the ports offer, once with what a need is about. What a need does not allow is refused, and calls nothing.

use std::time::Duration;

use bytes::Bytes;
use cairn_model::{
    Revision, Table,
    kinds::TABLES,
    objects::Place,
    queue::{QUEUES, Queue},
};
use cairn_ports::{
    Expect, Item, Key, Need, Objects, Ports, Work,
    objects::{Expected, Shown, Upload},
    queue::Received,
    search::{Document, Generation},
    store::{Page, Segment},
};
use serde_json::json;

use super::wire::{POINTED, SMALL};

/// Tries it; whether it succeeds is not asked.
pub(super) async fn try_everything(ports: &Ports, needs: &[Need], queue: Option<&'static Queue>) {
    for table in TABLES {
        stored(ports, *table).await;
    }
    let prefixes = needs.iter().filter_map(|need| match need {
        Need::GetObjects(prefix)
        | Need::PutObjects(prefix)
        | Need::DeleteObjects(prefix)
        | Need::ListObjects(prefix) => Some(*prefix),
        _ => None,
    });
    for prefix in prefixes {
        kept(ports.objects.home().unwrap().as_ref(), prefix).await;
    }
    for one in QUEUES.iter().filter(|one| queue.is_none_or(|queue| queue.name == one.name)) {
        queued(ports, one, needs).await;
    }
    searched(ports).await;
}

async fn stored(ports: &Ports, table: Table) {
    let store = &ports.store;
    let key = Key::new(table, "partition", "sort");
    drop(store.get(&key).await);
    // Its document lies elsewhere, if the table has such documents.
    drop(store.get(&Key::new(table, POINTED, "sort")).await);
    drop(store.batch_get(std::slice::from_ref(&key)).await);
    drop(store.query(table, "partition", &Page::default()).await);
    drop(store.names_body(&key, "object").await);
    drop(store.changes(None, 10).await);
    drop(store.scan_segment(table, Segment::WHOLE, None, 10).await);
    drop(store.scan_keys(table, Segment::WHOLE, None, 10).await);
    let mut works = vec![json!({"a": 1})];
    if !SMALL.contains(&table.0) {
        works.push(json!({"a": noise(700_000)}));
    }
    for (at, body) in works.into_iter().enumerate() {
        let mut work = Work::new(format!("work-{at}"));
        work.put(Item::new(key.clone(), Revision(1), body), Expect::Absent);
        drop(store.commit(&work).await);
    }
    let mut work = Work::new("deletes".into());
    work.delete(key.clone(), Expect::Exists).count(Key::new(table, "partition", "other"), "count", 1, 10);
    drop(store.commit(&work).await);
    let mut work = Work::new("checks".into());
    work.check(key, Expect::Exists);
    drop(store.commit(&work).await);
}

/// Text that does not get smaller.
fn noise(length: usize) -> String {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b' ' + 3 + u8::try_from((state >> 33) % 90).unwrap())
    };
    (0..length).map(|_| next()).filter(|c| *c != '\\').collect()
}

async fn kept(objects: &dyn Objects, prefix: &str) {
    let key = format!("{prefix}key");
    let place = |version: Option<&str>| Place {
        location: "default".into(),
        key: key.clone(),
        version: version.map(str::to_owned),
    };
    let upload = Upload { key: key.clone(), id: "upload".into(), begun: None };
    drop(objects.put(&key, Bytes::from_static(b"bytes")).await);
    for place in [place(None), place(Some("version"))] {
        drop(objects.head(&place).await);
        drop(objects.read(&place, 0..5).await);
        drop(objects.copy(&place, &key).await);
        drop(objects.delete(&place).await);
        fetch(objects.sign_get(&place, &Shown::default()).await.ok(), false).await;
    }
    drop(objects.list(prefix, None).await);
    drop(objects.uploads(prefix).await);
    drop(objects.begin(&key).await);
    drop(objects.put_part(&upload, 1, Bytes::from_static(b"bytes")).await);
    drop(objects.parts(&upload, 0).await);
    drop(objects.complete(&upload, &[]).await);
    drop(objects.abort(&upload).await);
    fetch(objects.sign_put(&key, &Expected::default()).await.ok(), true).await;
    fetch(objects.sign_part(&upload, 1, 5).await.ok(), true).await;
}

/// A signed address is asked in the name of who signed it.
async fn fetch(address: Option<String>, sends: bool) {
    let Some(address) = address else { return };
    let client = reqwest::Client::new();
    let request = if sends { client.put(address).body("bytes") } else { client.get(address) };
    request.send().await.unwrap();
}

async fn queued(ports: &Ports, queue: &'static Queue, needs: &[Need]) {
    let queues = &ports.queues;
    drop(queues.send(queue, vec!["body".into()], Duration::ZERO).await);
    // What is received is there: the server hands out one message at a time.
    drop(queues.receive(queue, 1, Duration::ZERO).await);
    let received = Received {
        id: "id".into(),
        body: "body".into(),
        receipt: "receipt".into(),
        receives: 1,
        sent: cairn_model::Timestamp::from_micros(0),
        sender: String::new(),
    };
    if needs.contains(&Need::Consume) {
        drop(queues.hide(queue, &received, 60).await);
        drop(queues.delete(queue, std::slice::from_ref(&received)).await);
        drop(queues.bury(queue, &received, "error").await);
    }
    drop(queues.depth(queue).await);
    drop(queues.dead_letters(queue, 2).await);
    drop(queues.replay(queue, None).await);
}

async fn searched(ports: &Ports) {
    let search = &ports.search;
    let index = cairn_model::kinds::mappings()[0].index;
    let document = Document { index, id: "id".into(), version: 1, source: Some(json!({})) };
    drop(search.count(index, Generation::Live).await);
    drop(search.write(vec![document.clone()], None).await);
    drop(search.version(index, "id").await);
    drop(search.versions(index, Generation::Live, &["id".into()]).await);
    drop(search.list(index, Generation::Live, None, 10).await);
    drop(search.flush().await);
    drop(search.settled().await);
    drop(search.named(index, Generation::Live).await);
    drop(search.begin(index).await);
    drop(search.fill(vec![document]).await);
    drop(search.swap(&[index]).await);
    drop(search.abandon(index).await);
}
