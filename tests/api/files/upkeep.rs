//! Audits and sweeps: what is damaged is found, what was left is removed.

use cairn_model::{files::HEAD, kinds::FILES};
use cairn_ports::store::Segment;
use serde_json::{Value, json};

use super::{keys, with_files};
use crate::{
    jobs::done,
    support::{Site, files},
};

/// The data files of the objects that hold files, by their content.
pub(super) fn data_files(site: &Site) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let folders = std::fs::read_dir(site.folder().join("data")).unwrap();
    let inner = folders.flat_map(|entry| std::fs::read_dir(entry.unwrap().path()).unwrap());
    let paths = inner.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[tokio::test]
async fn exactly_the_damaged_files_are_reported() {
    let (site, ada, list) = with_files().await;
    for at in 0..20 {
        files::send(&ada, &list, &format!("f{at:02}"), format!("content of {at:02}").as_bytes()).await;
    }
    site.settle().await;
    assert_eq!(done(&site, "audit_files", json!({})).await["status"], "SUCCESS");
    for (path, content) in data_files(&site) {
        match content.as_slice() {
            b"content of 03" => std::fs::remove_file(path).unwrap(),
            b"content of 07" => std::fs::write(path, "content of").unwrap(),
            b"content of 11" => std::fs::write(path, "Content of 11").unwrap(),
            b"content of 13" => std::fs::write(path, "content of 13 and more").unwrap(),
            b"content of 17" => std::fs::write(path, "").unwrap(),
            _ => {}
        }
    }
    let fresh = done(&site, "audit_files", json!({})).await;
    assert_eq!(fresh["errored_entries"], 0, "none is due");
    site.clock.advance(14 * 24 * 3_600);
    let audited = done(&site, "audit_files", json!({})).await;
    assert_eq!(
        (&audited["errored_entries"], &audited["total_entries"]),
        (&json!(5), &json!(20)),
        "{audited}"
    );
    let logs = site.admin().get(format!("/api/logs/jobs?q={}", audited["id"].as_str().unwrap())).await.text();
    for at in ["f03", "f07", "f11", "f13", "f17"] {
        assert!(logs.contains(at), "{at}: {logs}");
    }
}

#[tokio::test]
async fn what_is_damaged_before_it_is_hashed_gets_no_hash() {
    let (site, ada, list) = with_files().await;
    let transfer = json!({"type": "M", "parts": 1, "part_size": 5_242_880});
    let file = json!([{"key": "m.bin", "size": 5_242_880, "transfer": transfer}]);
    let started = ada.post(&list, file).await.expect(201).json();
    let url = started["entries"][0]["links"]["parts"][0]["url"].as_str().unwrap();
    let mut content = vec![7; 5_242_880];
    assert!(files::put_signed(&site, url, content.clone()).await.is_success());
    ada.post(format!("{list}/m.bin/commit"), ()).await.expect(200);
    content[5] = 8;
    let (path, _) = data_files(&site).into_iter().find(|(_, stored)| stored.len() == content.len()).unwrap();
    std::fs::write(path, content).unwrap();
    site.settle().await;
    assert_eq!(ada.get(format!("{list}/m.bin")).await.expect(200).json()["checksum"], Value::Null);
}

#[tokio::test]
async fn what_was_begun_and_left_is_removed_and_its_quota_given_back() {
    let (site, ada, list) = with_files().await;
    files::send(&ada, &list, "kept.txt", b"kept").await;
    let parts = json!({"type": "M", "parts": 2, "part_size": 5_242_880});
    let left =
        json!([{"key": "left", "size": 20_000_000}, {"key": "m", "size": 5_242_881, "transfer": parts}]);
    ada.post(&list, left).await.expect(201);
    let objects = site.system.shared.ports.objects.home().unwrap().clone();
    objects.put("files/nobody.files.1/orphan", "orphan".into()).await.unwrap();
    objects.put("replies/old.zip", "answer".into()).await.unwrap();
    site.settle().await;
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(keys(&ada.get(&list).await.json()), ["kept.txt", "left", "m"], "they may still come");
    site.clock.advance(8 * 24 * 3_600);
    let swept = done(&site, "sweep_files", json!({})).await;
    assert_eq!(swept["status"], "SUCCESS", "{swept}");
    assert_eq!(keys(&ada.get(&list).await.json()), ["kept.txt"]);
    ada.post(&list, json!([{"key": "all", "size": 30_000_000}])).await.expect(201);
    assert_eq!(objects.uploads("files/").await.unwrap(), []);
    let names: Vec<_> =
        objects.list("", None).await.unwrap().objects.into_iter().map(|one| one.place.key).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(ada.get(format!("{list}/kept.txt/content")).await.expect(200).body, b"kept");
}

#[tokio::test]
async fn counters_that_only_a_lock_has_made_are_forgotten_once_nobody_writes_to_them() {
    let (site, ada, list) = with_files().await;
    files::send(&ada, &list, "a.txt", b"a").await;
    let draft = list.trim_end_matches("/files");
    ada.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    ada.post(draft, ()).await.expect(201);
    ada.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    let heads = async || {
        let store = &site.system.shared.ports.store;
        let found = store.scan_segment(FILES, Segment::WHOLE, None, 100).await.unwrap();
        found.items.iter().filter(|item| item.key.sort == HEAD).count()
    };
    assert_eq!(heads().await, 2, "the edit has laid a layer over the first");
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(heads().await, 2, "a slow request may still be about to write");
    site.clock.advance(3_601);
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(heads().await, 1);
    let record = draft.replace("/draft", "/files");
    assert_eq!(keys(&ada.get(record).await.expect(200).json()), ["a.txt"]);
}
