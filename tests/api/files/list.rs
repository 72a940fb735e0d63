//! `"draft_files.list"`, `"draft_media_files.list"`, `"record_files.list"` and `"record_media_files.list"`

use serde_json::json;

use super::{keys, with_files};
use crate::support::{Site, files, minimal};

#[tokio::test]
async fn lists_tell_whether_there_are_files() {
    let (site, ada, list) = with_files().await;
    let empty = ada.get(&list).await.expect(200).json();
    let links = json!({"self": format!("https://cairn.test{list}"), "archive": format!("https://cairn.test{list}-archive")});
    let expected =
        json!({"enabled": true, "links": links, "entries": [], "default_preview": null, "order": []});
    assert_eq!(empty, expected);
    let media = ada.get(list.replace("/files", "/media-files")).await.expect(200).json();
    assert_eq!(media["enabled"], false);
    assert!(media.get("entries").is_none());
    for user in [site.nobody(), site.user("eve").await] {
        user.get(&list).await.expect(403);
    }
    ada.get("/api/records/zzzzz-zzzz1/draft/files").await.expect(404);
}

#[tokio::test]
async fn many_files_are_listed_in_pages_and_as_a_tree() {
    let (_site, ada, list) = with_files().await;
    let names: Vec<_> = (0..60).map(|at| json!({"key": format!("a/f{at:02}")})).collect();
    ada.post(&list, json!(names)).await.expect(201);
    let more = ["b/c/x", "b/c/y", "b/z", "top"].map(|key| json!({"key": key}));
    ada.post(&list, json!(more)).await.expect(201);
    let mut seen = Vec::new();
    let mut page = format!("{list}?size=25");
    loop {
        let answer = ada.get(&page).await.expect(200).json();
        seen.extend(keys(&answer).into_iter().map(str::to_owned));
        match answer["links"]["next"].as_str() {
            Some(next) => page = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 64);
    assert!(seen.is_sorted());
    let top = ada.get(format!("{list}?delimiter=/")).await.json();
    assert_eq!((&top["folders"], keys(&top)), (&json!(["a/", "b/"]), vec!["top"]));
    let inner = ada.get(format!("{list}?delimiter=/&prefix=b/")).await.json();
    assert_eq!((&inner["folders"], keys(&inner)), (&json!(["b/c/"]), vec!["b/z"]));
    ada.get(format!("{list}?size=0")).await.expect(400);
}

#[tokio::test]
async fn files_of_records_are_for_those_who_may_read_them() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = files::record(&site, &ada, &[("a.txt", b"alpha")]).await;
    let list = site.nobody().get(format!("/api/records/{id}/files")).await.expect(200).json();
    assert_eq!(keys(&list), ["a.txt"]);
    assert_eq!(list["entries"][0]["links"].get("commit"), None);
    let media = site.nobody().get(format!("/api/records/{id}/media-files")).await.expect(200).json();
    assert_eq!(media["enabled"], false);

    let mut hidden = files::with_files();
    hidden["access"]["files"] = json!("restricted");
    let draft = ada.post("/api/records", hidden).await.expect(201).json();
    let id = draft["id"].as_str().unwrap();
    files::send(&ada, &format!("/api/records/{id}/draft/files"), "secret.txt", b"secret").await;
    ada.post(format!("/api/records/{id}/draft/actions/publish"), ()).await.expect(202);
    site.settle().await;
    let files = format!("/api/records/{id}/files");
    site.nobody().get(&files).await.expect(403);
    ada.get(&files).await.expect(200);
    for path in [format!("/api/records/{id}"), format!("/api/records?q=id:{id}")] {
        let shown = site.nobody().get(&path).await.expect(200).text();
        assert!(!shown.contains("secret.txt"), "{path}");
    }
    assert_eq!(
        site.nobody().get(format!("/api/records/{id}")).await.json()["files"],
        json!({"enabled": true})
    );
}

#[tokio::test]
async fn a_record_without_files_has_none() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    ada.post(crate::drafts::path(&draft, "publish"), ()).await.expect(202);
    let id = draft["id"].as_str().unwrap();
    let list = site.nobody().get(format!("/api/records/{id}/files")).await.expect(200).json();
    assert_eq!(list["enabled"], false);
    site.nobody().get(format!("/api/records/{id}/files-archive")).await.expect(403);
}
