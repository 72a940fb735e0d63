//! What is on its way from the database to its consumers when a backup is made.

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use cairn_embedded::{queue::SqliteQueues, store::SqliteStore};
use cairn_model::{Revision, kinds::RECORDS, queue::JOBS};
use cairn_ports::{Expect, Item, Key, Queues, Store, Work, clock::SystemClock, store::Segment};
use serde_json::json;

use crate::commands::fake::cairn;

fn key(number: usize) -> Key {
    Key::new(RECORDS, format!("p{number}"), "s")
}

/// Moves numbers from the store to a queue, as the relay does: sent first, deleted then.
async fn relay(store: &SqliteStore, queues: &SqliteQueues, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let mut work = Work::new(format!("put-{number}"));
        work.put(Item::new(key(number), Revision(1), json!(number)), Expect::Absent);
        store.commit(&work).await.unwrap();
        queues.send(&JOBS, vec![number.to_string()], Duration::ZERO).await.unwrap();
        let mut work = Work::new(format!("delete-{number}"));
        work.delete(key(number), Expect::Any);
        store.commit(&work).await.unwrap();
    }
}

/// The numbers in a folder's store and queues together.
async fn numbers(folder: &Path) -> BTreeSet<usize> {
    let store = SqliteStore::open(folder).unwrap();
    let queues = SqliteQueues::open(folder, Arc::new(SystemClock)).unwrap();
    let stored = store.scan_segment(RECORDS, Segment::WHOLE, None, 0).await.unwrap().items;
    let sent = queues.receive(&JOBS, 10_000, Duration::ZERO).await.unwrap();
    let stored = stored.iter().map(|item| usize::try_from(item.body.as_u64().unwrap()).unwrap());
    stored.chain(sent.iter().map(|message| message.body.parse().unwrap())).collect()
}

#[test]
fn nothing_that_is_on_its_way_is_missing_from_a_backup() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let store = SqliteStore::open(&data).unwrap();
    let queues = SqliteQueues::open(&data, Arc::new(SystemClock)).unwrap();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime().block_on(relay(&store, &queues, 0..20));
    std::thread::scope(|scope| {
        let relay = scope.spawn(|| runtime().block_on(relay(&store, &queues, 20..400)));
        for number in 0..4 {
            let (backup, restored) =
                (root.path().join(format!("b{number}")), root.path().join(format!("r{number}")));
            for (folder, command) in [(&data, "backup"), (&restored, "restore")] {
                let arguments =
                    ["cairn", "--data", folder.to_str().unwrap(), command, backup.to_str().unwrap()];
                cairn(arguments.into_iter()).ending.unwrap();
            }
            let found = runtime().block_on(numbers(&restored));
            let newest = *found.last().unwrap();
            assert!(newest >= 19);
            assert_eq!(found, (0..=newest).collect(), "the backup {number} lacks some");
        }
        relay.join().unwrap();
    });
}
