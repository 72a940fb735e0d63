//! `"draft_files.delete"` and `"draft_media_files.delete"`

use serde_json::json;

use super::{keys, with_files};
use crate::support::files;

#[tokio::test]
async fn a_file_is_taken_out_and_its_bytes_go() {
    let (site, ada, list) = with_files().await;
    files::send(&ada, &list, "a.txt", b"one").await;
    files::send(&ada, &list, "b.txt", b"two").await;
    for user in [site.nobody(), site.user("eve").await] {
        user.delete(format!("{list}/a.txt")).await.expect(403);
    }
    ada.delete(format!("{list}/a.txt")).await.expect(204);
    ada.delete(format!("{list}/a.txt")).await.expect(404);
    assert_eq!(keys(&ada.get(&list).await.json()), ["b.txt"]);
    site.settle().await;
    let objects = site.system.shared.ports.objects.home().unwrap().list("files/", None).await.unwrap();
    assert_eq!(objects.objects.iter().filter(|object| !object.deleted).count(), 1);
    let entry = files::send(&ada, &list, "a.txt", b"another").await;
    assert_eq!(entry["size"], 7);
}

#[tokio::test]
async fn what_a_discarded_draft_had_is_removed_and_what_is_published_stays() {
    let (site, ada, list) = with_files().await;
    let draft = list.trim_end_matches("/files").to_owned();
    files::send(&ada, &list, "a.txt", b"published").await;
    ada.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    ada.post(&draft, ()).await.expect(201);
    ada.post(&list, json!([{"key": "late.txt"}])).await.expect(201);
    ada.delete(&draft).await.expect(204);
    let gone = files::draft(&ada).await;
    files::send(&ada, &format!("/api/records/{gone}/draft/files"), "b.txt", b"discarded").await;
    ada.delete(format!("/api/records/{gone}/draft")).await.expect(204);
    site.settle().await;
    let objects = site.system.shared.ports.objects.home().unwrap().list("files/", None).await.unwrap();
    assert_eq!(objects.objects.len(), 1, "{:?}", objects.objects);
    let content = format!("{}/a.txt/content", list.replace("/draft", ""));
    assert_eq!(site.nobody().get(content).await.expect(200).body, b"published");
}
