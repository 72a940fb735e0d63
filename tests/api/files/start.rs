//! `"draft_files.start"` and `"draft_media_files.start"`

use serde_json::json;

use super::{keys, with_files};
use crate::support::files;

#[tokio::test]
async fn files_are_started_all_or_none() {
    let (site, ada, list) = with_files().await;
    let body = json!([{"key": "data.csv"}, {"key": "dir/readme.txt", "metadata": {"width": 10}, "size": 7}]);
    let started = ada.post(&list, body).await.expect(201).json();
    assert_eq!(keys(&started), ["data.csv", "dir/readme.txt"]);
    let entry = &started["entries"][1];
    assert_eq!(entry["status"], "pending");
    assert_eq!(entry["transfer"], json!({"type": "L"}));
    assert_eq!(entry["size"], 7);
    assert_eq!(entry["links"]["content"], format!("https://cairn.test{list}/dir/readme.txt/content"));
    assert_eq!(started["default_preview"], json!(null));

    let bad = json!([{"key": "ok.txt"}, {"bogus": 1}, {"key": "../x"}]);
    let refused = ada.post(&list, bad).await.expect(400);
    let expected = [
        "1.key: Missing data for required field.",
        "1.bogus: Unknown field.",
        "2.key: File names cannot contain the steps `.` or `..`.",
    ];
    assert_eq!(refused.errors(), expected);
    let taken = json!([{"key": "new.txt"}, {"key": "data.csv"}]);
    let refused = ada.post(&list, taken).await.expect(400).json();
    assert_eq!(refused["message"], "File with key data.csv already exists.");
    assert_eq!(keys(&ada.get(&list).await.json()), ["data.csv", "dir/readme.txt"]);
    for (body, message) in [(json!([]), "No files to upload."), (json!({"key": "x"}), "Invalid input type.")]
    {
        assert!(ada.post(&list, body).await.expect(400).text().contains(message));
    }
    let nulls = json!([{"key": "n", "size": null, "checksum": null, "metadata": null, "access": null}]);
    let null = |field: &str| format!("0.{field}: Field may not be null.");
    let expected = ["metadata", "access", "size", "checksum"].map(null);
    assert_eq!(ada.post(&list, nulls).await.expect(400).errors(), expected);
    let refused = ada.post(&list, json!([{"key": "t", "access": "open"}])).await.expect(400);
    assert_eq!(refused.errors(), ["0.access._schema: Invalid input type."]);
    let refused = ada.post(&list, json!([{"key": "t", "transfer": "L"}])).await.expect(400);
    assert_eq!(refused.errors(), ["transfer: Transfer metadata must be a dictionary."]);
    for user in [site.nobody(), site.user("eve").await] {
        user.post(&list, json!([{"nokey": 1}])).await.expect(403);
    }
}

#[tokio::test]
async fn a_hundred_files_are_started_at_once_and_no_more_than_the_set_may_have() {
    let (_site, ada, list) = with_files().await;
    let some =
        |from: usize, to: usize| (from..to).map(|at| json!({"key": format!("f{at:04}")})).collect::<Vec<_>>();
    ada.post(&list, json!(some(0, 101))).await.expect(400);
    for first in [0, 100] {
        ada.post(&list, json!(some(first, first + 100))).await.expect(201);
    }
    let refused = ada.post(&list, json!(some(200, 251))).await.expect(400).json();
    let message = "Uploading selected files will result in exceeding the max amount per record.";
    assert_eq!(refused["message"], message);
    assert_eq!(ada.get(format!("{list}?size=1000")).await.json()["entries"].as_array().unwrap().len(), 200);
}

#[tokio::test]
async fn of_many_who_start_one_name_one_does() {
    let (_site, ada, list) = with_files().await;
    let answers = files::at_once(16, |_| {
        let (ada, list) = (ada.clone(), list.clone());
        async move { ada.post(list, json!([{"key": "same.txt"}])).await.status }
    })
    .await;
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [201, 400, 409].contains(status)), "{answers:?}");
    assert_eq!(keys(&ada.get(&list).await.json()), ["same.txt"]);
}

#[tokio::test]
async fn links_and_fetches_are_for_allowed_hosts_and_those_who_may() {
    let (_site, ada, list) = with_files().await;
    for kind in ["R", "F"] {
        let body =
            json!([{"key": "r.txt", "transfer": {"type": kind, "url": "http://169.254.169.254/latest"}}]);
        let refused = ada.post(&list, body).await.expect(400);
        assert_eq!(refused.errors(), ["0.transfer.url: Domain not allowed"]);
    }
}

#[tokio::test]
async fn media_files_are_apart_and_have_no_folders() {
    let (_site, ada, list) = with_files().await;
    let media = list.replace("/files", "/media-files");
    let refused = ada.post(&media, json!([{"key": "a.txt"}])).await.expect(403).json();
    assert_eq!(refused["message"], "Files are not enabled.");
    let draft = list.trim_end_matches("/files");
    let mut body = files::with_files();
    body["media_files"] = json!({"enabled": true});
    ada.put(draft, body).await.expect(200);
    ada.post(&media, json!([{"key": "d/a.txt"}])).await.expect(400);
    files::send(&ada, &media, "a.txt", b"media").await;
    files::send(&ada, &list, "a.txt", b"file").await;
    let draft = ada.get(draft).await.json();
    assert_eq!(
        (&draft["files"]["total_bytes"], &draft["media_files"]["total_bytes"]),
        (&json!(4), &json!(5))
    );
}
