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
async fn what_is_gone_is_no_longer_shown_first() {
    let (_site, ada, list) = with_files().await;
    let draft = list.trim_end_matches("/files").to_owned();
    let preview = |key: &str| {
        let mut body = files::with_files();
        body["files"]["default_preview"] = json!(key);
        body
    };
    for all in [false, true] {
        files::send(&ada, &list, "a.txt", b"one").await;
        ada.put(&draft, preview("a.txt")).await.expect(200);
        assert_eq!(ada.get(&list).await.json()["default_preview"], "a.txt");
        let gone = if all { list.clone() } else { format!("{list}/a.txt") };
        ada.delete(gone).await.expect(204);
        files::send(&ada, &list, "a.txt", b"two").await;
        assert_eq!(ada.get(&list).await.json()["default_preview"], json!(null));
        ada.delete(&list).await.expect(204);
    }
    let none = ada.put(&draft, preview("")).await.expect(200).json();
    assert!(!none["errors"].to_string().contains("default_preview"), "{none}");
}

#[tokio::test]
async fn of_many_who_delete_at_once_one_does_it_and_none_is_told_nonsense() {
    let (_site, ada, list) = with_files().await;
    for _ in 0..3 {
        for key in ["a.txt", "b.txt", "c.txt"] {
            files::send(&ada, &list, key, b"bytes").await;
        }
        let one = files::at_once(6, |_| ada.delete(format!("{list}/a.txt"))).await;
        let told: Vec<_> = one.iter().map(|answer| answer.status).collect();
        assert_eq!(told.iter().filter(|status| **status == 204).count(), 1, "{told:?}");
        assert!(told.iter().all(|status| [204, 404].contains(status)), "{told:?}");
        let all = files::at_once(6, |_| ada.delete(&list)).await;
        assert!(
            all.iter().all(|answer| answer.status == 204),
            "{:?}",
            all.iter().map(|a| a.status).collect::<Vec<_>>()
        );
        assert_eq!(keys(&ada.get(&list).await.json()), Vec::<&str>::new());
    }
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
