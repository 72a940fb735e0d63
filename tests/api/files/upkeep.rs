//! Audits and sweeps: what is damaged is found, what was left is removed.

use serde_json::{Value, json};

use super::{keys, with_files};
use crate::support::{Site, files};

async fn run(site: &Site, task: &str, args: Value) -> Value {
    let admin = site.admin();
    let job = admin.post("/api/jobs", json!({"title": task, "task": task})).await.expect(201).json();
    let run = admin.post(&job["links"]["runs"], json!({"args": args})).await.expect(201).json();
    site.settle().await;
    admin.get(&run["links"]["self"]).await.expect(200).json()
}

/// The data files of the objects that hold files, by their content.
fn data_files(site: &Site) -> Vec<(std::path::PathBuf, Vec<u8>)> {
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
    assert_eq!(run(&site, "audit_files", json!({})).await["status"], "SUCCESS");
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
    let fresh = run(&site, "audit_files", json!({})).await;
    assert_eq!(fresh["errored_entries"], 0, "none is due");
    site.clock.advance(14 * 24 * 3_600);
    let audited = run(&site, "audit_files", json!({})).await;
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
    run(&site, "sweep_files", json!({})).await;
    assert_eq!(keys(&ada.get(&list).await.json()), ["kept.txt", "left", "m"], "they may still come");
    site.clock.advance(8 * 24 * 3_600);
    let swept = run(&site, "sweep_files", json!({})).await;
    assert_eq!(swept["status"], "SUCCESS", "{swept}");
    assert_eq!(keys(&ada.get(&list).await.json()), ["kept.txt"]);
    ada.post(&list, json!([{"key": "all", "size": 30_000_000}])).await.expect(201);
    assert_eq!(objects.uploads("files/").await.unwrap(), []);
    let names: Vec<_> =
        objects.list("", None).await.unwrap().objects.into_iter().map(|one| one.place.key).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(ada.get(format!("{list}/kept.txt/content")).await.expect(200).body, b"kept");
}
