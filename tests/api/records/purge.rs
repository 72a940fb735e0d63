//! `POST /api/records/{id}/purge`: "records.purge"

use serde_json::{Value, json};

use super::{bury::bury, publish, site};
use crate::{
    drafts::path,
    noise::everything_stored,
    support::{
        Site, User,
        files::{send, with_files},
    },
};

/// A published record that was edited once, with a file.
async fn with_history(ada: &User) -> Value {
    let mut body = with_files();
    body["metadata"]["title"] = json!("Quagga before");
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    let this = path(&draft, "self");
    send(ada, &format!("{this}/files"), "quagga.csv", b"quagga,1").await;
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    let mut edit = ada.post(&this, ()).await.expect(201).json();
    edit["metadata"]["title"] = json!("Quagga after");
    ada.put(&this, edit).await.expect(200);
    ada.post(path(&draft, "publish"), ()).await.expect(202).json()
}

/// How many files the object storage holds.
fn objects(site: &Site) -> usize {
    let mut folders = vec![site.folder().to_owned()];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if std::fs::read(entry.path()).unwrap() == b"quagga,1" {
                count += 1;
            }
        }
    }
    count
}

#[tokio::test]
async fn nothing_is_left_of_a_purged_record_but_its_tombstone() {
    let (site, ada) = site().await;
    let record = with_history(&ada).await;
    let address = path(&record, "self");
    let purge = format!("{address}/purge");
    let refused = site.admin().post(&purge, ()).await.expect(400).json();
    assert_eq!(refused["message"], "Record in unexpected deletion status.");
    bury(&site.admin(), &record).await;
    site.settle().await;
    assert_eq!(objects(&site), 1);
    for who in [&site.nobody(), &ada] {
        who.post(&purge, ()).await.expect(403);
    }
    assert!(site.admin().post(&purge, ()).await.expect(204).body.is_empty());
    let left = site.nobody().get(&address).await.expect(410).json();
    assert_eq!(left["tombstone"]["citation_text"], "Deleted (2024)");
    site.settle().await;
    assert_eq!(objects(&site), 0, "its files are swept");
    // Events that were archived, and the audit log, tell of names of files.
    let stored = everything_stored(&site).await.to_lowercase();
    let told = |line: &str| ["\"events\"", "audit-logs/"].iter().any(|of| line.contains(of));
    let left: Vec<&str> = stored.lines().filter(|line| line.contains("quagga") && !told(line)).collect();
    assert_eq!(left, Vec::<&str>::new(), "nor is its history left");
    let shown = site.admin().get(format!("{address}?include_deleted=1")).await.expect(200).json();
    assert_eq!((&shown["metadata"], &shown["deletion_status"]["status"]), (&json!({}), &json!("X")));
    for action in ["purge", "restore"] {
        site.admin().post(format!("{address}/{action}"), ()).await.expect(400);
    }
    site.admin().post("/api/records/zzzzz-zzzzz/purge", ()).await.expect(404);
}

#[tokio::test]
async fn files_that_another_version_took_over_stay() {
    let (site, ada) = site().await;
    let record = with_history(&ada).await;
    let next = ada.post(path(&record, "versions"), ()).await.expect(201).json();
    let draft = path(&next, "self");
    ada.post(format!("{draft}/actions/files-import"), ()).await.expect(201);
    ada.put(&draft, with_files()).await.expect(200);
    ada.post(path(&next, "publish"), ()).await.expect(202);
    let address = bury(&site.admin(), &record).await;
    site.admin().post(format!("{address}/purge"), ()).await.expect(204);
    site.settle().await;
    let kept = format!("/api/records/{}/files/quagga.csv/content", next["id"].as_str().unwrap());
    assert_eq!(site.nobody().get(kept).await.expect(200).text(), "quagga,1");
}

#[tokio::test]
async fn other_records_are_left_alone() {
    let (site, ada) = site().await;
    let (gone, other) = (publish(&ada, "Gone", false).await, publish(&ada, "Other", false).await);
    let address = bury(&site.admin(), &gone).await;
    site.admin().post(format!("{address}/purge"), ()).await.expect(204);
    site.settle().await;
    site.nobody().get(path(&other, "self")).await.expect(200);
    assert_eq!(site.nobody().get("/api/records").await.json()["hits"]["total"], 1);
}
