//! Files dropped into the inbox of the object storage.

use serde_json::json;

use super::{keys, with_files};
use crate::support::{Site, files};

/// Puts an object as those do who may drop files in.
async fn drop_in(site: &Site, path: &str, bytes: &'static str) {
    let objects = site.system.shared.ports.objects.home().unwrap();
    objects.put(&format!("inbox/{path}"), bytes.into()).await.unwrap();
}

/// Reasons of rejections that wait in the outbox.
async fn rejections(site: &Site) -> Vec<String> {
    site.storage.hand_over(&site.system).await.unwrap();
    site.system.relay().await.unwrap();
    site.poll(&cairn_model::queue::FILES).await;
    let changes = site.system.shared.ports.store.changes(None, 100).await.unwrap();
    let rejected = changes.rows.iter().filter(|row| row.event.kind == "file.rejected");
    let reasons = rejected.map(|row| row.event.data["reason"].as_str().unwrap().to_owned()).collect();
    site.settle().await;
    reasons
}

#[tokio::test]
async fn what_is_dropped_in_becomes_a_committed_file() {
    let (site, ada, list) = with_files().await;
    let id = list.split('/').nth(3).unwrap().to_owned();
    drop_in(&site, &format!("{id}/dir/data ü+1.csv"), "a,b").await;
    site.settle().await;
    let found = ada.get(&list).await.json();
    assert_eq!(keys(&found), ["dir/data ü+1.csv"]);
    let entry = &found["entries"][0];
    assert_eq!((&entry["status"], &entry["size"]), (&json!("completed"), &json!(3)));
    assert!(entry["checksum"].as_str().unwrap().starts_with("md5:"));
    assert_eq!(ada.get(&entry["links"]["content"]).await.expect(200).body, b"a,b");
    let objects = site.system.shared.ports.objects.home().unwrap().list("inbox/", None).await.unwrap();
    assert_eq!(objects.objects, [], "the inbox is empty again");
    ada.post(list.replace("/files", "/actions/publish"), ()).await.expect(202);
}

#[tokio::test]
async fn what_cannot_be_taken_is_reported_and_removed() {
    let (site, ada, list) = with_files().await;
    let id = list.split('/').nth(3).unwrap().to_owned();
    files::send(&ada, &list, "taken.txt", b"before").await;
    site.settle().await;
    for (path, reason) in [
        (format!("{id}/taken.txt"), "File with key taken.txt already exists."),
        (format!("{id}/../x"), "File names cannot contain the steps `.` or `..`."),
        ("zzzzz-zzzz1/a.txt".to_owned(), "The persistent identifier does not exist."),
        ("loose.txt".to_owned(), "it is not below a draft: inbox/<draft>/<name>"),
    ] {
        drop_in(&site, &path, "bytes").await;
        assert_eq!(rejections(&site).await, [reason], "{path}");
    }
    assert_eq!(keys(&ada.get(&list).await.json()), ["taken.txt"]);
    assert_eq!(ada.get(format!("{list}/taken.txt/content")).await.body, b"before");
    let objects = site.system.shared.ports.objects.home().unwrap().list("inbox/", None).await.unwrap();
    assert_eq!(objects.objects, []);
}

#[tokio::test]
async fn what_is_dropped_in_is_measured_by_the_quota_of_its_record() {
    let (site, ada, list) = with_files().await;
    let id = list.split('/').nth(3).unwrap().to_owned();
    let quota = json!({"quota_size": 5, "max_file_size": 4});
    site.admin().post(format!("/api/records/{id}/quota"), quota).await.expect(200);
    for (key, bytes, reasons) in [
        ("large", "12345", &["Maximum file size exceeded."][..]),
        ("a", "1234", &[]),
        ("b", "12", &["Bucket quota exceeded."]),
    ] {
        drop_in(&site, &format!("{id}/{key}"), bytes).await;
        assert_eq!(rejections(&site).await, reasons, "{key}");
    }
    assert_eq!(keys(&ada.get(&list).await.json()), ["a"]);
}
