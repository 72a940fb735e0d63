//! What only a store in files can show: restarts, torn logs, flipped bytes, backups.

use std::path::{Path, PathBuf};

use cairn_embedded::store::SqliteStore;
use cairn_model::{Event, Revision, Table, Timestamp, event::SpecVersion};
use cairn_ports::{
    Clock, Expect, Ids, Item, Key, Store, StoreError, Work,
    clock::SystemClock,
    ids::RandomIds,
    store::{Page, Segment},
};
use serde_json::json;

use crate::folder::{Folder, copy};

const THINGS: Table = Table("things");

/// Work `number`: an item, its partner in another partition, and an event.
fn numbered(number: u64) -> Work {
    let mut work = Work::new(RandomIds.ulid(SystemClock.now()));
    let body = json!({"number": number, "text": "some text of a record ".repeat(10 + 30 * (usize::try_from(number % 9).unwrap()))});
    for partition in ["left", "right"] {
        let key = Key::new(THINGS, partition, format!("{number:06}"));
        work.put(Item::new(key, Revision(number + 1), body.clone()), Expect::Absent);
    }
    work.emit(Event {
        specversion: SpecVersion::V1,
        id: RandomIds.ulid(SystemClock.now()),
        source: "/api".into(),
        kind: "thing.made".into(),
        subject: format!("things/{number}"),
        time: Timestamp::from_micros(1_795_213_834_328_554),
        actor: "system".into(),
        address: None,
        revision: Revision(1),
        data: json!({"number": number}),
    });
    work
}

/// How many works the store holds: they must be the first ones, each of them whole.
async fn prefix(store: &SqliteStore) -> Result<u64, StoreError> {
    let mut found = Vec::new();
    for partition in ["left", "right"] {
        let mut sorts = Vec::new();
        let mut page = Page::default();
        loop {
            let items = store.query(THINGS, partition, &page).await?;
            sorts.extend(items.items.into_iter().map(|item| item.key.sort));
            if items.next.is_none() {
                break;
            }
            page.after = items.next;
        }
        found.push(sorts);
    }
    let rows = store.changes(None, 100_000).await?.rows;
    let count = rows.len() as u64;
    let expected: Vec<String> = (0..count).map(|number| format!("{number:06}")).collect();
    assert!(found == [expected.clone(), expected], "half of a work is there");
    assert!((0..count).zip(rows).all(|(number, row)| row.event.data["number"] == number));
    Ok(count)
}

async fn filled(folder: &Path, works: u64) -> SqliteStore {
    let store = SqliteStore::open(folder).unwrap();
    for number in 0..works {
        store.commit(&numbered(number)).await.unwrap();
    }
    store
}

/// A copy of the files as a killed process would leave them.
fn killed(store_folder: &Path, folder: &Folder) -> PathBuf {
    let copied = folder.next();
    copy(store_folder, &copied);
    std::fs::remove_file(copied.join("primary.db-shm")).unwrap();
    copied
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = Folder::new();
    let path = folder.next();
    let work = numbered(0);
    {
        let store = SqliteStore::open(&path).unwrap();
        store.commit(&work).await.unwrap();
    }
    assert!(!path.join("primary.db-wal").exists(), "a clean end leaves no log");
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(prefix(&store).await.unwrap(), 1);
    store.commit(&work).await.unwrap();
    assert_eq!(prefix(&store).await.unwrap(), 1, "a repeated work is known after a restart too");
    store.commit(&numbered(1)).await.unwrap();
    drop(store);
    assert_eq!(prefix(&SqliteStore::open(&path).unwrap()).await.unwrap(), 2);
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_with_the_process() {
    let folder = Folder::new();
    let path = folder.next();
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..300 {
        store.commit(&numbered(number)).await.unwrap();
        if number % 43 == 0 {
            let left = killed(&path, &folder);
            assert_eq!(prefix(&SqliteStore::open(&left).unwrap()).await.unwrap(), number + 1);
        }
    }
}

/// A log that ends anywhere, without the note of what was acknowledged: as if that much had been synced.
#[tokio::test]
async fn a_torn_log_gives_whole_works_and_a_clean_start() {
    let folder = Folder::new();
    let path = folder.next();
    let store = filled(&path, 60).await;
    let log = std::fs::metadata(path.join("primary.db-wal")).unwrap().len();
    let mut counts = Vec::new();
    for part in 0..=40 {
        let torn = killed(&path, &folder);
        std::fs::remove_file(torn.join("primary.commits")).unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(torn.join("primary.db-wal")).unwrap();
        file.set_len(log * part / 40 + part % 7).unwrap();
        let opened = SqliteStore::open(&torn).unwrap();
        counts.push(prefix(&opened).await.unwrap());
        opened.commit(&numbered(*counts.last().unwrap())).await.unwrap();
        prefix(&opened).await.unwrap();
    }
    assert!(counts.is_sorted(), "{counts:?}");
    assert_eq!((counts[0], counts[40]), (0, 60));
    drop(store);
}

#[tokio::test]
async fn bytes_that_were_never_synced_do_not_hinder_a_start() {
    let folder = Folder::new();
    let path = folder.next();
    let store = filled(&path, 20).await;
    let torn = killed(&path, &folder);
    let mut log = std::fs::read(torn.join("primary.db-wal")).unwrap();
    let frames = log.clone();
    log.extend(&frames[32..32 + 5_000]);
    std::fs::write(torn.join("primary.db-wal"), log).unwrap();
    assert_eq!(prefix(&SqliteStore::open(&torn).unwrap()).await.unwrap(), 20);
    drop(store);
}

#[tokio::test]
async fn a_log_that_lost_acknowledged_works_is_not_accepted() {
    let folder = Folder::new();
    let path = folder.next();
    let store = filled(&path, 40).await;
    let length = std::fs::metadata(path.join("primary.db-wal")).unwrap().len();
    for part in 0..40 {
        let left = killed(&path, &folder);
        let log = left.join("primary.db-wal");
        if part % 2 == 0 {
            std::fs::OpenOptions::new().write(true).open(log).unwrap().set_len(length * part / 40).unwrap();
        } else {
            flip(&log, length * part / 40);
        }
        assert!(matches!(SqliteStore::open(&left), Err(StoreError::Damaged(_))), "part {part} was accepted");
    }
    drop(store);
}

fn flip(file: &Path, at: u64) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[usize::try_from(at).unwrap()] ^= 0x20;
    std::fs::write(file, bytes).unwrap();
}

/// Flips one bit at many places of the database: either the start fails, or the bit meant nothing and all is there.
#[tokio::test]
async fn flipped_bytes_of_the_database_are_never_answered_from() {
    let folder = Folder::new();
    let path = folder.next();
    drop(filled(&path, 120).await);
    let length = std::fs::metadata(path.join("primary.db")).unwrap().len();
    let (mut loud, mut tried) = (0, 0);
    for at in (0..length).step_by(1_499).chain(0..100) {
        let flipped = folder.next();
        copy(&path, &flipped);
        flip(&flipped.join("primary.db"), at);
        tried += 1;
        match SqliteStore::open(&flipped) {
            Err(_) => loud += 1,
            Ok(store) => assert_eq!(prefix(&store).await.unwrap(), 120, "byte {at} changed the answers"),
        }
        std::fs::remove_dir_all(flipped).unwrap();
    }
    assert!(loud * 2 > tried, "{loud} of {tried} flips were noticed");
}

#[tokio::test]
async fn a_page_of_another_time_is_noticed() {
    let folder = Folder::new();
    let path = folder.next();
    drop(filled(&path, 50).await);
    let old = std::fs::read(path.join("primary.db")).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    let key = Key::new(THINGS, "left", "000020");
    let mut changed = Work::new(RandomIds.ulid(SystemClock.now()));
    let mut item = store.get(&key).await.unwrap().unwrap();
    item.body["number"] = json!("changed");
    changed.put(item, Expect::Exists);
    store.commit(&changed).await.unwrap();
    drop(store);
    let new = std::fs::read(path.join("primary.db")).unwrap();
    let mut pages = 0;
    for (number, (before, after)) in old.chunks(4096).zip(new.chunks(4096)).enumerate().skip(1) {
        if before != after {
            pages += 1;
            let mut mixed = new.clone();
            mixed[number * 4096..(number + 1) * 4096].copy_from_slice(before);
            std::fs::write(path.join("primary.db"), mixed).unwrap();
            assert!(matches!(SqliteStore::open(&path), Err(StoreError::Damaged(_))), "page {number}");
        }
    }
    assert!(pages >= 2, "the row and the state changed");
}

#[tokio::test]
async fn a_damaged_row_is_not_answered_while_serving() {
    let folder = Folder::new();
    let path = folder.next();
    let store = filled(&path, 30).await;
    let connection = rusqlite::Connection::open(path.join("primary.db")).unwrap();
    let sql = "UPDATE items SET body = replace(body, '\"number\":7', '\"number\":8') WHERE pk = 'left' AND sk = '000007'";
    assert_eq!(connection.execute(sql, ()).unwrap(), 1);
    let key = Key::new(THINGS, "left", "000007");
    assert!(matches!(store.get(&key).await, Err(StoreError::Damaged(_))));
    assert!(matches!(store.batch_get(std::slice::from_ref(&key)).await, Err(StoreError::Damaged(_))));
    assert!(matches!(store.query(THINGS, "left", &Page::default()).await, Err(StoreError::Damaged(_))));
    let scan = store.scan_segment(THINGS, Segment::WHOLE, None, 0).await;
    assert!(matches!(scan, Err(StoreError::Damaged(_))));
    let mut over = Work::new(RandomIds.ulid(SystemClock.now()));
    over.put(Item::new(key, Revision(9), json!("over it")), Expect::Exists);
    assert!(matches!(store.commit(&over).await, Err(StoreError::Damaged(_))));
    assert!(matches!(store.verify().await, Err(StoreError::Damaged(_))));
    assert!(store.get(&Key::new(THINGS, "right", "000007")).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_the_store_at_one_moment_while_it_serves() {
    let folder = Folder::new();
    let store = filled(&folder.next(), 20).await;
    let writing = {
        let store = store.clone();
        async move {
            for number in 20..200 {
                store.commit(&numbered(number)).await.unwrap();
            }
        }
    };
    let copies = [folder.next(), folder.next(), folder.next()];
    let copying = async {
        for copied in &copies {
            store.backup_to(copied).await.unwrap();
        }
    };
    futures::join!(writing, copying);
    for copied in &copies {
        let restored = SqliteStore::open(copied).unwrap();
        let count = prefix(&restored).await.unwrap();
        assert!((20..=200).contains(&count));
        restored.commit(&numbered(count)).await.unwrap();
    }
    assert!(
        matches!(store.backup_to(&copies[0]).await, Err(StoreError::Unavailable(_))),
        "no copy is written over"
    );
    store.verify().await.unwrap();
}

#[tokio::test]
async fn what_has_expired_is_swept_and_nothing_else() {
    let store = SqliteStore::in_memory().unwrap();
    let mut work = Work::new(RandomIds.ulid(SystemClock.now()));
    for (number, expires) in [Some(10), Some(20), Some(30), None].into_iter().enumerate() {
        let key = Key::new(THINGS, "expiring", number.to_string());
        work.put(Item { expires, ..Item::new(key, Revision(1), json!(1)) }, Expect::Absent);
    }
    store.commit(&work).await.unwrap();
    assert_eq!(store.sweep_expired(10, 100).await.unwrap(), 0);
    assert_eq!(store.sweep_expired(31, 2).await.unwrap(), 2);
    let left = store.query(THINGS, "expiring", &Page::default()).await.unwrap().items;
    assert_eq!(left.iter().map(|item| item.expires).collect::<Vec<_>>(), [Some(30), None]);
    assert_eq!(store.sweep_expired(31, 2).await.unwrap(), 1);
    store.verify().await.unwrap();
}
