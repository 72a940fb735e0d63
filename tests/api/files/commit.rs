//! `"draft_files.commit"` and `"draft_media_files.commit"`

use serde_json::json;

use super::with_files;
use crate::support::files;

#[tokio::test]
async fn what_has_arrived_becomes_the_file() {
    let (site, ada, list) = with_files().await;
    let entry = files::send(&ada, &list, "data.csv", b"hello world").await;
    assert_eq!(entry["status"], "completed");
    assert_eq!(entry["checksum"], "md5:5eb63bbbe01eeed093cb22bb8f5acdc3");
    assert_eq!(
        (&entry["size"], &entry["mimetype"], &entry["storage_class"]),
        (&json!(11), &json!("text/csv"), &json!("L"))
    );
    let keys: Vec<&String> = entry.as_object().unwrap().keys().collect();
    let expected = "created updated mimetype version_id file_id bucket_id metadata access links key transfer status checksum size storage_class";
    assert_eq!(keys.iter().map(|key| key.as_str()).collect::<Vec<_>>().join(" "), expected);
    site.settle().await;
    let again = ada.post(format!("{list}/data.csv/commit"), ()).await.expect(200).json();
    assert_eq!(again["version_id"], entry["version_id"]);
    assert_eq!((&entry["metadata"], &again["metadata"]), (&json!(null), &json!({})));
    let refused =
        files::sender(&ada).put(format!("{list}/data.csv/content"), b"other".to_vec()).await.expect(400);
    assert!(refused.text().contains("complete already"), "{}", refused.text());
    assert_eq!(ada.get(format!("{list}/data.csv/content")).await.expect(200).body, b"hello world");
}

#[tokio::test]
async fn nothing_that_is_not_there_or_not_as_declared_is_committed() {
    let (site, ada, list) = with_files().await;
    let md5 = "md5:5eb63bbbe01eeed093cb22bb8f5acdc3";
    let declared = json!([{"key": "empty"}, {"key": "size", "size": 5}, {"key": "sum", "checksum": md5}]);
    ada.post(&list, declared).await.expect(201);
    let refused = ada.post(format!("{list}/empty/commit"), ()).await.expect(400).json();
    assert_eq!(refused["message"], "File with key \"empty\" is not available.");
    ada.get(format!("{list}/empty/content")).await.expect(400);
    for key in ["size", "sum"] {
        files::sender(&ada).put(format!("{list}/{key}/content"), b"hello".to_vec()).await.expect(200);
    }
    ada.post(format!("{list}/size/commit"), ()).await.expect(200);
    let refused = ada.post(format!("{list}/sum/commit"), ()).await.expect(400).json();
    assert_eq!(refused["message"], "File with key \"sum\" has another MD5 than declared.");
    files::sender(&ada).put(format!("{list}/sum/content"), b"hello world".to_vec()).await.expect(200);
    ada.post(format!("{list}/sum/commit"), ()).await.expect(200);
    ada.post(format!("{list}/nope/commit"), ()).await.expect(404);
    for user in [site.nobody(), site.user("eve").await] {
        user.post(format!("{list}/empty/commit"), ()).await.expect(403);
    }
}

#[tokio::test]
async fn sixteen_commits_of_one_file_have_one_effect() {
    let (site, ada, list) = with_files().await;
    ada.post(&list, json!([{"key": "a.txt"}])).await.expect(201);
    files::sender(&ada).put(format!("{list}/a.txt/content"), b"once".to_vec()).await.expect(200);
    let answers = files::at_once(16, |_| {
        let (ada, list) = (ada.clone(), list.clone());
        async move { ada.post(format!("{list}/a.txt/commit"), ()).await.status }
    })
    .await;
    assert!(answers.iter().all(|status| [200, 409].contains(status)), "{answers:?}");
    assert!(answers.contains(&200));
    let changes = site.system.shared.ports.store.changes(None, 100).await.unwrap();
    let told = changes.rows.iter().filter(|row| row.event.kind == "draft.file_committed").count();
    assert_eq!(told, 1, "it was said once");
    site.settle().await;
    let draft = ada.get(list.trim_end_matches("/files")).await.json();
    assert_eq!((&draft["files"]["count"], &draft["files"]["total_bytes"]), (&json!(1), &json!(4)));
    ada.post(format!("{}/actions/publish", list.trim_end_matches("/files")), ()).await.expect(202);
}

#[tokio::test]
async fn content_counts_once_it_is_committed_and_the_last_one_does() {
    let (_site, ada, list) = with_files().await;
    ada.post(&list, json!([{"key": "a.txt"}])).await.expect(201);
    for content in ["one", "number two"] {
        let answer =
            files::sender(&ada).put(format!("{list}/a.txt/content"), content).await.expect(200).json();
        assert_eq!(answer["status"], "pending");
    }
    let entry = ada.post(format!("{list}/a.txt/commit"), ()).await.expect(200).json();
    assert_eq!(entry["size"], 10);
    assert_eq!(ada.get(format!("{list}/a.txt/content")).await.body, b"number two");
}

#[tokio::test]
async fn publishing_waits_for_every_file_and_locks_them() {
    let (site, ada, list) = with_files().await;
    let draft = list.trim_end_matches("/files").to_owned();
    let refused = ada.post(format!("{draft}/actions/publish"), ()).await.expect(400);
    assert!(
        refused.errors()[0].starts_with("files.enabled: Missing uploaded files."),
        "{:?}",
        refused.errors()
    );
    files::send(&ada, &list, "a.txt", b"kept").await;
    ada.post(&list, json!([{"key": "late.txt"}])).await.expect(201);
    let refused = ada.post(format!("{draft}/actions/publish"), ()).await.expect(400);
    assert_eq!(
        refused.errors(),
        ["files: One or more files have not completed their transfer, please wait."]
    );
    ada.delete(format!("{list}/late.txt")).await.expect(204);
    let record = ada.post(format!("{draft}/actions/publish"), ()).await.expect(202).json();
    assert_eq!((&record["files"]["count"], &record["access"]["status"]), (&json!(1), &json!("open")));
    ada.post(&draft, ()).await.expect(201);
    let edited = ada.get(&list).await.expect(200).json();
    assert_eq!(super::keys(&edited), ["a.txt"]);
    ada.delete(format!("{list}/a.txt")).await.expect(403);
    ada.delete(&list).await.expect(403);
    ada.post(&list, json!([{"key": "new.txt"}])).await.expect(201);
    files::sender(&ada).put(format!("{list}/new.txt/content"), b"no".to_vec()).await.expect(403);
    ada.post(format!("{draft}/actions/publish"), ()).await.expect(400);
    ada.delete(format!("{list}/new.txt")).await.expect(204);
    ada.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    site.settle().await;
    let content = format!("{}/a.txt/content", list.replace("/draft", ""));
    assert_eq!(site.nobody().get(content).await.expect(200).body, b"kept");
}
