//! The contract of the store port.

mod bodies;
mod conditions;
mod counters;
mod feed;
mod limits;
mod pages;
mod parallel;
mod retry;
mod scans;

use std::{future::Future, sync::Arc};

use cairn_model::{Event, Revision, Table, Timestamp, event::SpecVersion};
use serde_json::{Value, json};

use crate::{
    Clock, Count, Expect, Ids, Item, Key, Store, StoreError, Work,
    clock::SystemClock,
    ids::RandomIds,
    store::{Conflict, Page},
};

/// The table that most cases use.
pub const THINGS: Table = Table("things");

/// A second table.
pub const OTHERS: Table = Table("others");

/// Runs all cases. `make` gives an empty store with the tables [`THINGS`], [`OTHERS`] and the outbox; it is called
/// several times.
pub async fn store<Make, Made>(make: Make)
where
    Make: Fn() -> Made,
    Made: Future<Output = Arc<dyn Store>>,
{
    conditions::all(&Subject::new(make().await)).await;
    counters::all(&Subject::new(make().await)).await;
    retry::all(&Subject::new(make().await)).await;
    limits::all(&Subject::new(make().await)).await;
    bodies::all(&Subject::new(make().await)).await;
    pages::all(&Subject::new(make().await)).await;
    scans::all(&Subject::new(make().await)).await;
    feed::all(&Subject::new(make().await)).await;
    parallel::all(&Subject::new(make().await)).await;
}

/// The store under test, and short words for what the cases do to it.
struct Subject {
    store: Arc<dyn Store>,
}

impl Subject {
    fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    async fn commit(&self, work: &Work) -> Result<(), StoreError> {
        self.store.commit(work).await
    }

    async fn put(&self, key: &Key, revision: u64, body: Value, expect: Expect) -> Result<(), StoreError> {
        let mut work = work();
        work.put(Item::new(key.clone(), Revision(revision), body), expect);
        self.commit(&work).await
    }

    async fn delete(&self, key: &Key, expect: Expect) -> Result<(), StoreError> {
        let mut work = work();
        work.delete(key.clone(), expect);
        self.commit(&work).await
    }

    async fn check(&self, key: &Key, expect: Expect) -> Result<(), StoreError> {
        let mut work = work();
        work.check(key.clone(), expect);
        self.commit(&work).await
    }

    async fn count(&self, key: &Key, counter: &str, by: i64, max: u64) -> Result<(), StoreError> {
        let mut work = work();
        work.count(key.clone(), counter, by, max);
        self.commit(&work).await
    }

    async fn get(&self, key: &Key) -> Option<Item> {
        self.store.get(key).await.unwrap()
    }

    async fn revision(&self, key: &Key) -> Option<u64> {
        self.get(key).await.map(|item| item.revision.0)
    }

    /// All items of a partition, page after page.
    async fn query(&self, table: Table, partition: &str, mut page: Page) -> Vec<Item> {
        let mut items = Vec::new();
        loop {
            let answer = self.store.query(table, partition, &page).await.unwrap();
            assert!(page.limit == 0 || answer.items.len() <= page.limit, "a page is longer than its limit");
            items.extend(answer.items);
            match answer.next {
                None => return items,
                next => page.after = next,
            }
        }
    }
}

/// An empty work with an id of its own.
fn work() -> Work {
    Work::new(RandomIds.ulid(SystemClock.now()))
}

fn key(partition: &str, sort: &str) -> Key {
    Key::new(THINGS, partition, sort)
}

fn thing(key: &Key, revision: u64) -> Item {
    Item::new(key.clone(), Revision(revision), json!({"revision": revision}))
}

fn event(subject: &str, revision: u64, kind: &str) -> Event {
    Event {
        specversion: SpecVersion::V1,
        id: RandomIds.ulid(SystemClock.now()),
        source: "/api".into(),
        kind: kind.into(),
        subject: subject.into(),
        time: Timestamp::from_micros(1_795_213_834_328_554),
        actor: "system".into(),
        address: None,
        revision: Revision(revision),
        data: json!({"number": revision, "text": "ä"}),
    }
}

/// Text that compresses to about three quarters: `bytes` long, the same for the same seed.
fn noise(bytes: usize, seed: u64) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let letters = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(ALPHABET[(state >> 58) as usize])
    });
    letters.take(bytes).collect()
}

#[track_caller]
fn conflicts(outcome: Result<(), StoreError>) -> Vec<Conflict> {
    match outcome {
        Err(StoreError::Conflict(conflicts)) => conflicts,
        other => panic!("a conflict was expected, not {other:?}"),
    }
}

#[track_caller]
fn refused(outcome: Result<(), StoreError>) {
    match outcome {
        Err(StoreError::TooLarge(_)) => {}
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

fn expectation(key: &Key, expected: Expect, found: Option<u64>) -> Conflict {
    Conflict::Expectation { key: key.clone(), expected, found: found.map(Revision) }
}
