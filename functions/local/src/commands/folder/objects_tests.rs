//! Backup and restore of objects: what the database names is there.

use std::path::{Path, PathBuf};

use cairn_model::objects::Place;
use cairn_ports::{Objects, clock::SystemClock, ids::RandomIds};

use super::OBJECTS;
use crate::{commands::fake::cairn, storage::Storage};

async fn objects(data: &Path) -> std::sync::Arc<dyn Objects> {
    let clock = std::sync::Arc::new(SystemClock);
    let folder = data.join(OBJECTS);
    let storage = Storage::open(&folder, "http://127.0.0.1:1", &[], clock, &RandomIds).unwrap();
    storage.locations().await.home().unwrap().clone()
}

fn run(data: &Path, command: &str, backup: &Path) -> anyhow::Result<()> {
    let (data, backup) = (data.display().to_string(), backup.display().to_string());
    cairn(["cairn", "--json", "--data", &data, command, &backup].into_iter()).ending.map(|_| ())
}

fn data_files(folder: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(folder.join(OBJECTS).join("data")).unwrap();
    let inner = folders.flat_map(|entry| std::fs::read_dir(entry.unwrap().path()).unwrap());
    inner.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_restored_as_they_were_and_damage_is_noticed() {
    let root = tempfile::tempdir().unwrap();
    let (data, backup) = (root.path().join("data"), root.path().join("backup"));
    std::fs::create_dir(&data).unwrap();
    drop(cairn_embedded::store::SqliteStore::open(&data).unwrap());
    let facts = objects(&data).await.put("files/x/1", "content".into()).await.unwrap();
    run(&data, "backup", &backup).unwrap();
    let restored = root.path().join("restored");
    run(&restored, "restore", &backup).unwrap();
    let place = Place { location: "objects".into(), key: "files/x/1".into(), version: facts.version };
    let found = objects(&restored).await.read(&place, 0..7).await.unwrap();
    assert_eq!(found, "content");
    for file in data_files(&backup) {
        std::fs::write(file, "torn").unwrap();
    }
    run(&root.path().join("again"), "restore", &backup).unwrap_err();
}
