//! `"draft_files.import"`

use serde_json::json;

use super::keys;
use crate::{
    drafts::path,
    support::{Site, files, minimal},
};

#[tokio::test]
async fn a_new_version_takes_over_files_and_changes_its_own_only() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let first = files::record(&site, &ada, &[("a.txt", b"one"), ("b.txt", b"two")]).await;
    let draft = ada.post(format!("/api/records/{first}/versions"), ()).await.expect(201).json();
    let id = draft["id"].as_str().unwrap();
    let (list, import) =
        (format!("/api/records/{id}/draft/files"), format!("/api/records/{id}/draft/actions/files-import"));
    assert_eq!(ada.get(&list).await.json()["entries"], json!([]));
    for user in [site.nobody(), site.user("eve").await] {
        user.post(&import, ()).await.expect(403);
    }
    let imported = ada.post(&import, ()).await.expect(201).json();
    assert_eq!(keys(&imported), ["a.txt", "b.txt"]);
    let old = site.nobody().get(format!("/api/records/{first}/files/a.txt")).await.json();
    let new = &imported["entries"][0];
    assert_eq!(
        (&new["file_id"], &new["checksum"], &new["status"]),
        (&old["file_id"], &old["checksum"], &json!("completed"))
    );
    assert_ne!(new["bucket_id"], old["bucket_id"]);
    assert_ne!(new["version_id"], old["version_id"]);
    let kept = imported["entries"][1]["version_id"].clone();
    let refused = ada.post(&import, ()).await.expect(400);
    assert_eq!(refused.errors(), ["files.enabled: Please remove all files first."]);
    ada.delete(format!("{list}/a.txt")).await.expect(204);
    files::send(&ada, &list, "c.txt", b"three").await;
    files::send(&ada, &list, "a.txt", b"other").await;
    let record = ada.post(format!("/api/records/{id}/draft/actions/publish"), ()).await.expect(202).json();
    assert_eq!((&record["files"]["count"], &record["files"]["total_bytes"]), (&json!(3), &json!(13)));
    site.settle().await;
    let published = ada.get(format!("/api/records/{id}/files/b.txt")).await.expect(200).json();
    assert_eq!((&published["version_id"], &published["bucket_id"]), (&kept, &new["bucket_id"]));
    let late = ada.post(&import, ()).await.expect(404).json();
    assert_eq!(late["message"], "Not found.", "there is no draft any more");
    let content = |id: &str, key: &str| format!("/api/records/{id}/files/{key}/content");
    assert_eq!(
        site.nobody().get(content(&first, "a.txt")).await.expect(200).body,
        b"one",
        "the first version stays"
    );
    assert_eq!(site.nobody().get(content(id, "a.txt")).await.expect(200).body, b"other");
    assert_eq!(site.nobody().get(content(id, "b.txt")).await.expect(200).body, b"two");
    let objects = site.system.shared.ports.objects.home().unwrap().list("files/", None).await.unwrap();
    assert_eq!(objects.objects.len(), 4, "nothing was copied");
    let hits = site.nobody().get(format!("/api/records/{id}/versions")).await.expect(200).json();
    assert_eq!(hits["hits"]["total"], 2);
    let latest = site.nobody().get("/api/records").await.json();
    assert_eq!((&latest["hits"]["total"], &latest["hits"]["hits"][0]["id"]), (&json!(1), &json!(id)));
}

#[tokio::test]
async fn a_first_version_has_nothing_to_take_over() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let eve = site.user("eve").await;
    let without = ada.post("/api/records", minimal()).await.expect(201).json();
    for id in [files::draft(&ada).await, without["id"].as_str().unwrap().to_owned()] {
        let import = format!("/api/records/{id}/draft/actions/files-import");
        let refused = ada.post(&import, ()).await.expect(404).json();
        assert_eq!(refused["message"], "Not found.");
        eve.post(&import, ()).await.expect(403);
    }
}

#[tokio::test]
async fn a_draft_without_files_takes_none_over() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    let next = ada.post(path(&draft, "versions"), ()).await.expect(201).json();
    let import = format!("{}/actions/files-import", path(&next, "self"));
    let refused = ada.post(import, ()).await.expect(400).json();
    assert_eq!(refused["message"], "Files support must be enabled.");
}
