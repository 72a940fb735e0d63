//! Backup and restore: equal afterwards, whole or not at all, and never over somebody's data.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use cairn_embedded::store::SqliteStore;
use cairn_model::{Revision, Table};
use cairn_ports::store::Segment;
use cairn_ports::{Expect, Item, Key, Store, Work};
use serde_json::json;
use tempfile::TempDir;

use super::{DATABASE, DataLock, files};
use crate::commands::fake::{Run, cairn};

const TABLE: Table = Table("records");

struct Place {
    root: TempDir,
}

impl Place {
    /// A data folder with a store of `count` items and an administrator's token.
    fn new(count: usize) -> Self {
        let place = Self { root: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.data()).unwrap();
        std::fs::write(place.data().join("admin-token"), "t0k").unwrap();
        let store = SqliteStore::open(&place.data()).unwrap();
        put(&store, 0..count);
        place
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    fn backup(&self) -> PathBuf {
        self.root.path().join("backup")
    }

    fn run(&self, data: &Path, command: &str) -> Run {
        let (data, backup) = (data.display().to_string(), self.backup().display().to_string());
        cairn(["cairn", "--json", "--data", &data, command, &backup].into_iter())
    }

    fn names(&self) -> Vec<String> {
        let mut names = files::names_in(self.root.path()).unwrap();
        names.sort();
        names
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn put(store: &SqliteStore, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let mut work = Work::new(format!("work-{number}"));
        let key = Key::new(TABLE, format!("p{number}"), "s");
        work.put(Item::new(key, Revision(1), json!({"n": number})), Expect::Absent);
        wait(store.commit(&work)).unwrap();
    }
}

fn items(data: &Path) -> Vec<String> {
    let store = SqliteStore::open(data).unwrap();
    let scanned = wait(store.scan_segment(TABLE, Segment::WHOLE, None, 0)).unwrap();
    let mut items: Vec<_> = scanned.items.iter().map(|item| format!("{item:?}")).collect();
    items.sort();
    items
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_restored_equals_what_was_backed_up() {
    let place = Place::new(20);
    let run = place.run(&place.data(), "backup");
    run.ending.as_ref().unwrap();
    assert_eq!(run.out.json()["counts"]["records"], 20);
    let before = items(&place.data());
    std::fs::remove_dir_all(place.data()).unwrap();
    place.run(&place.data(), "restore").ending.unwrap();
    assert_eq!(items(&place.data()), before);
    assert_eq!(std::fs::read_to_string(place.data().join("admin-token")).unwrap(), "t0k");
    assert_eq!(place.names(), ["backup", "data"], "nothing is left over");
}

#[test]
fn a_backup_is_its_owners_only_and_holds_no_helper_files() {
    let place = Place::new(1);
    place.run(&place.data(), "backup").ending.unwrap();
    let mut names = files::names_in(&place.backup()).unwrap();
    names.sort();
    assert_eq!(names, ["admin-token", "manifest.json", "primary.db"]);
    assert_eq!(mode(&place.backup()), 0o700);
    assert!(names.iter().all(|name| mode(&place.backup().join(name)) == 0o600));
}

#[test]
fn a_backup_taken_while_serving_holds_all_that_was_acknowledged() {
    let place = Place::new(5);
    let _lock = DataLock::take(&place.data()).unwrap();
    let store = SqliteStore::open(&place.data()).unwrap();
    put(&store, 5..30);
    let run = place.run(&place.data(), "backup");
    run.ending.as_ref().unwrap();
    assert_eq!(run.out.json()["counts"]["records"], 30);
    put(&store, 30..40);
    let other = place.root.path().join("other");
    place.run(&other, "restore").ending.unwrap();
    assert_eq!(items(&other).len(), 30);
}

#[test]
fn a_backup_made_while_others_write_is_of_one_moment() {
    let place = Place::new(1);
    let store = SqliteStore::open(&place.data()).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| put(&store, 1..300));
        for number in 0..5 {
            let folder = place.root.path().join(number.to_string());
            let (data, folder) = (place.data().display().to_string(), folder.display().to_string());
            cairn(["cairn", "--data", &data, "backup", &folder].into_iter()).ending.unwrap();
        }
        writer.join().unwrap();
    });
}

#[test]
fn a_backup_without_acknowledged_writes_is_refused() {
    let place = Place::new(3);
    // The log of a store that was killed, and then lost.
    let marker = std::fs::read(place.data().join("primary.commits")).unwrap();
    let copy = std::fs::read(place.data().join(DATABASE)).unwrap();
    put(&SqliteStore::open(&place.data()).unwrap(), 3..6);
    std::fs::write(place.data().join(DATABASE), copy).unwrap();
    let failure = place.run(&place.data(), "backup").failure();
    assert!(failure.contains("were acknowledged"), "{failure}");
    assert_eq!(place.names(), ["data"], "a backup that failed leaves nothing");
    std::fs::write(place.data().join("primary.commits"), marker).unwrap();
    place.run(&place.data(), "backup").ending.unwrap();
}

#[test]
fn a_folder_with_something_in_it_is_not_written() {
    let place = Place::new(1);
    std::fs::create_dir(place.backup()).unwrap();
    place.run(&place.data(), "backup").ending.unwrap();
    let failure = place.run(&place.data(), "backup").failure();
    assert!(failure.contains("is not empty"), "{failure}");
    std::fs::remove_dir_all(place.backup()).unwrap();
    std::fs::write(place.backup(), "a file").unwrap();
    assert!(place.run(&place.data(), "backup").failure().contains("cannot use"));
}

#[test]
fn a_folder_without_repository_is_told() {
    let place = Place::new(0);
    let failure = place.run(Path::new("/nonexistent"), "backup").failure();
    assert!(failure.contains("there is no repository in /nonexistent") && failure.contains("CAIRN_DATA"));
}

#[test]
fn data_is_never_overwritten() {
    let place = Place::new(2);
    place.run(&place.data(), "backup").ending.unwrap();
    for present in [DATABASE, "primary.db-wal", "thesis.txt"] {
        let other = place.root.path().join("other");
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join(present), "precious").unwrap();
        let failure = place.run(&other, "restore").failure();
        assert!(failure.contains(&format!("holds data already ({present})")), "{failure}");
        assert_eq!(std::fs::read_to_string(other.join(present)).unwrap(), "precious");
        std::fs::remove_dir_all(&other).unwrap();
    }
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let place = Place::new(1);
    place.run(&place.data(), "backup").ending.unwrap();
    let other = place.root.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let _lock = DataLock::take(&other).unwrap();
    assert!(place.run(&other, "restore").failure().contains("a repository runs on it"));
}

#[test]
fn what_can_be_made_anew_gives_way() {
    let place = Place::new(2);
    place.run(&place.data(), "backup").ending.unwrap();
    let other = place.root.path().join("other");
    std::fs::create_dir_all(other.join("index")).unwrap();
    std::fs::create_dir_all(other.join(".restoring")).unwrap();
    std::fs::write(other.join("index/segment"), "old").unwrap();
    std::fs::write(other.join("admin-token"), "old").unwrap();
    let marker = place.data().join("primary.commits");
    put(&SqliteStore::open(&place.data()).unwrap(), 2..9);
    std::fs::copy(marker, other.join("primary.commits")).unwrap();
    place.run(&other, "restore").ending.unwrap();
    assert!(!other.join("index").exists() && !other.join(".restoring").exists());
    assert_eq!(items(&other).len(), 2);
    assert_eq!(std::fs::read_to_string(other.join("admin-token")).unwrap(), "t0k");
}

#[test]
fn a_damaged_backup_restores_nothing() {
    let place = Place::new(2);
    place.run(&place.data(), "backup").ending.unwrap();
    let (path, other) = (place.backup().join(DATABASE), place.root.path().join("other"));
    let whole = std::fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    for bytes in [damaged, whole[..whole.len() - 1].to_vec(), Vec::new()] {
        std::fs::write(&path, bytes).unwrap();
        assert!(place.run(&other, "restore").failure().contains("primary.db of the backup is damaged"));
        assert!(!other.join(DATABASE).exists());
    }
    std::fs::write(&path, whole).unwrap();
    place.run(&other, "restore").ending.unwrap();
}

#[test]
fn a_database_that_fits_its_checksum_is_still_checked() {
    let place = Place::new(2);
    place.run(&place.data(), "backup").ending.unwrap();
    let (path, other) = (place.backup().join(DATABASE), place.root.path().join("other"));
    let before = files::describe(DATABASE, &place.backup()).unwrap();
    std::fs::write(&path, vec![0; 4096]).unwrap();
    let after = files::describe(DATABASE, &place.backup()).unwrap();
    let manifest = std::fs::read_to_string(place.backup().join("manifest.json")).unwrap();
    let forged = manifest
        .replace(&before.sha256, &after.sha256)
        .replace(&format!("\"bytes\": {}", before.bytes), "\"bytes\": 4096");
    std::fs::write(place.backup().join("manifest.json"), forged).unwrap();
    let failure = place.run(&other, "restore").failure();
    assert!(failure.starts_with("the database of the backup is damaged"), "{failure}");
    assert!(!other.join(DATABASE).exists());
}
