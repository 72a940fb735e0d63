//! Chaos: people deposit while stores fail, queues repeat and reorder, the index is gone for a while, and whoever serves
//! is cut off at any await point. Afterwards every committed change has had its one effect on every subscriber.
//!
//! `make chaos SEEDS="1 2 3"`; the seed says what goes wrong and what people do. Threads of the stores make the
//! interleaving a little different each time.

#![expect(clippy::unwrap_used, reason = "what helps tests fails by panicking, too")]

mod faults;
mod jobs;
mod story;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the tests of the API use all of it, chaos a part")]
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use cairn_core::bus::Subscriber;
use cairn_model::{
    Event, Result, Revision,
    kinds::{EVENTS, JOBS as EFFECTS},
    queue::LOW_PRIORITY,
};
use cairn_ports::{
    Expect, Item, Key, Store, StoreError, Work,
    store::{Page, Segment},
};
use futures::{FutureExt, future::join_all};
use serde_json::{Value, json};

use faults::{Dice, faulty};
use support::{Extension, Site, User};

/// Writes one item for each event that it hears of: once, however often it hears.
static COUNTER: Subscriber = Subscriber {
    name: "counter",
    queue: &LOW_PRIORITY,
    delay: std::time::Duration::ZERO,
    events: &["draft.*", "record.*"],
    handle: |app, events| {
        async move {
            let mut outcomes: Vec<Result<()>> = Vec::new();
            for event in events {
                let mut work = Work::new(app.shared.ports.ids.ulid(app.shared.ports.clock.now()));
                let key = Key::new(EFFECTS, "effects", event.id.clone());
                work.put(Item::new(key, Revision::FIRST, json!(event.subject)), Expect::Absent);
                outcomes.push(match app.shared.ports.store.commit(&work).await {
                    Ok(()) | Err(StoreError::Conflict(_)) => Ok(()),
                    Err(error) => Err(error.into()),
                });
            }
            outcomes
        }
        .boxed()
    },
};

#[expect(clippy::disallowed_methods, reason = "the seeds are told by the environment")]
fn seeds() -> Vec<u64> {
    let seeds = std::env::var("SEEDS").unwrap_or_else(|_| "1 2 3".into());
    seeds.split_whitespace().map(|seed| seed.parse().unwrap()).collect()
}

#[test]
fn whatever_dies_every_change_takes_effect_once() {
    for seed in seeds() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (records, events) = runtime.block_on(run(seed));
        eprintln!("chaos: seed {seed}: {records} records, {events} events, each with its one effect");
    }
}

async fn run(seed: u64) -> (usize, usize) {
    let dice = Arc::new(Dice::new(seed));
    let wrapped = dice.clone();
    let wrap = move |ports| faulty(ports, &wrapped);
    let extension =
        Extension { subscribers: vec![&COUNTER].leak(), wrap: Some(Box::new(wrap)), ..Extension::default() };
    let site = Site::with(&extension).await;
    let mut people = Vec::new();
    for name in ["ada", "bob", "cyd", "dee", "eve", "fay"] {
        people.push(site.user(name).await);
    }
    let curator = site.user_as("gus", &["admin"]).await;
    jobs::upload(&curator).await;
    dice.let_loose(true);
    let depositing = join_all(people.iter().map(|user| story::deposit(&dice, user, 120)));
    let serving = join_all((0..3).map(|_| story::serve(&dice, &site)));
    let (administrator, importing) = (site.admin(), jobs::import(&dice, &curator, 40));
    let meanwhile = async { tokio::join!(depositing, importing, jobs::rename(&dice, &administrator, 12)).0 };
    let known = tokio::select! {
        known = meanwhile => known,
        _ = serving => Vec::new(),
    };
    dice.let_loose(false);
    // What dead letters there are died of the faults, which are mended.
    for _ in 0..20 {
        site.system.relay().await.unwrap();
        for queue in cairn_model::queue::QUEUES {
            site.system.shared.ports.queues.replay(queue, None).await.unwrap();
            while site.poll(queue).await > 0 {}
        }
        site.clock.advance(3_600);
    }
    site.settle().await;
    jobs::finish(&curator, &site).await;
    let records = known.iter().map(Vec::len).sum();
    for user in &people {
        index_equals_store(user, &site).await;
    }
    (records, effects_equal_events(&site).await)
}

/// What a person finds is what is stored.
async fn index_equals_store(user: &User, site: &Site) {
    let mine: BTreeMap<String, Value> = story::listed(user, "/api/user/records")
        .await
        .into_iter()
        .map(|hit| (hit["id"].as_str().unwrap().to_owned(), hit))
        .collect();
    let stored = stored(site, &user.id).await;
    assert_eq!(mine.keys().collect::<BTreeSet<_>>(), stored.iter().collect(), "records of {}", user.id);
    for (id, hit) in mine {
        let path = if hit["is_draft"] == true {
            format!("/api/records/{id}/draft")
        } else {
            format!("/api/records/{id}")
        };
        let now = user.get(path).await.expect(200).json();
        assert_eq!(hit["metadata"]["title"], now["metadata"]["title"], "{id}");
        assert_eq!(hit["revision_id"], now["revision_id"], "{id}");
    }
}

/// Ids of all drafts and records that a person owns, from the primary store.
async fn stored(site: &Site, owner: &str) -> BTreeSet<String> {
    let store = &site.system.shared.ports.store;
    let table = cairn_model::kinds::RECORDS;
    let items = all(store.as_ref(), table).await;
    let parents: BTreeSet<&str> = items
        .iter()
        .filter(|item| item.key.sort == "parent" && item.body["access"]["owned_by"]["user"] == owner)
        .map(|item| item.key.partition.as_str())
        .collect();
    let states = items.iter().filter(|item| ["draft", "record"].contains(&item.key.sort.as_str()));
    states
        .filter(|item| item.body["parent"].as_str().is_some_and(|parent| parents.contains(parent)))
        .filter(|item| item.body.get("discarded").is_none())
        .map(|item| item.key.partition.clone())
        .collect()
}

async fn all(store: &dyn Store, table: cairn_model::Table) -> Vec<Item> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let found = store.scan_segment(table, Segment::WHOLE, after.as_ref(), 1_000).await.unwrap();
        items.extend(found.items);
        after = found.next;
        if after.is_none() {
            return items;
        }
    }
}

/// Every event that was committed is archived, and had one effect; there are no others. Tells how many.
async fn effects_equal_events(site: &Site) -> usize {
    let store = &site.system.shared.ports.store;
    assert_eq!(site.system.outbox(100).await.unwrap().0, 0);
    let archived = all(store.as_ref(), EVENTS).await;
    let events: Vec<Event> = archived
        .iter()
        .flat_map(|item| item.body["events"].as_array().unwrap().clone())
        .map(|event| serde_json::from_value(event).unwrap())
        .filter(|event: &Event| event.subject.starts_with("records/"))
        .collect();
    let ids: BTreeSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    // Each change of a subject has a revision of its own, and one event.
    let changes: BTreeSet<(&str, u64)> =
        events.iter().map(|event| (event.subject.as_str(), event.revision.0)).collect();
    assert_eq!(changes.len(), ids.len());
    let mut page = Page::default();
    let mut effects = BTreeSet::new();
    loop {
        let found = store.query(EFFECTS, "effects", &page).await.unwrap();
        effects.extend(found.items.into_iter().map(|item| item.key.sort));
        page.after = found.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(effects.iter().map(String::as_str).collect::<BTreeSet<_>>(), ids);
    ids.len()
}
