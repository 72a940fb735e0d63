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
async fn files_keep_the_order_in_which_they_were_started() {
    let (site, ada, list) = with_files().await;
    let names = ["one", "two", "three"];
    let started = ada.post(&list, json!(names.map(|key| json!({"key": key})))).await.expect(201).json();
    assert_eq!(keys(&started), names);
    site.clock.advance(1);
    ada.post(&list, json!([{"key": "four"}])).await.expect(201);
    assert_eq!(keys(&ada.get(&list).await.json()), ["one", "two", "three", "four"]);
    assert_eq!(keys(&ada.get(format!("{list}?size=2")).await.json()), ["four", "one"], "pages are by name");
}

#[tokio::test]
async fn user_interfaces_get_the_same() {
    let (_site, ada, list) = with_files().await;
    let ui = ada.with("accept", "application/vnd.inveniordm.v1+json");
    let started = ui.post(&list, json!([{"key": "a.txt"}])).await.expect(201);
    assert_eq!(started.header("content-type"), "application/vnd.inveniordm.v1+json");
    assert_eq!(ui.get(&list).await.expect(200).json(), ada.get(&list).await.expect(200).json());
    assert_eq!(ada.with("accept", "*/*").get(&list).await.header("content-type"), "application/json");
    let refused = ada.with("accept", "text/html").get(&list).await.expect(406).json();
    let expected =
        "Invalid 'Accept' header. Expected one of: application/vnd.inveniordm.v1+json, application/json";
    assert_eq!(refused["message"], expected);
}

#[tokio::test]
async fn all_versions_together_have_no_files() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = files::record(&site, &ada, &[("a.txt", b"one")]).await;
    let parent = ada.get(format!("/api/records/{id}")).await.json()["parent"]["id"].clone();
    let of = |id: &str| format!("/api/records/{id}/files");
    let missing = ada.get(of(parent.as_str().unwrap())).await.expect(404).json();
    assert_eq!(missing["message"], "Not found.");
    let unknown = ada.get(of("zzzzz-zzzz1")).await.expect(404).json();
    assert_eq!(unknown["message"], "The persistent identifier does not exist.");
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
