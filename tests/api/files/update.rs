//! `"draft_files.update"` and `"draft_media_files.update"`

use serde_json::json;

use super::with_files;
use crate::support::files;

#[tokio::test]
async fn what_is_said_about_a_file_changes_and_its_content_stays() {
    let (site, ada, list) = with_files().await;
    files::send(&ada, &list, "a.txt", b"content").await;
    let file = format!("{list}/a.txt");
    let said = json!({"metadata": {"title": "New title"}, "access": {"hidden": true}});
    let entry = ada.put(&file, said).await.expect(200).json();
    assert_eq!(
        (&entry["metadata"], &entry["access"]),
        (&json!({"title": "New title"}), &json!({"hidden": true}))
    );
    assert_eq!(entry["status"], "completed");
    let same = ada.put(&file, json!({})).await.expect(200).json();
    assert_eq!(same["updated"], entry["updated"]);
    let refused = ada.put(&file, json!({"key": "b.txt", "metadata": null})).await.expect(400);
    assert_eq!(refused.errors(), ["metadata: Field may not be null.", "key: Unknown field."]);
    ada.put(format!("{list}/nope"), json!({})).await.expect(404);
    for user in [site.nobody(), site.user("eve").await] {
        user.put(&file, json!({"metadata": {}})).await.expect(403);
    }
    assert_eq!(ada.get(format!("{file}/content")).await.body, b"content");
}

#[tokio::test]
async fn media_files_of_a_published_record_can_be_changed_by_editing_it() {
    let (site, ada, list) = with_files().await;
    let draft = list.trim_end_matches("/files").to_owned();
    let (media, record) = (format!("{draft}/media-files"), draft.trim_end_matches("/draft").to_owned());
    let mut body = files::with_files();
    body["media_files"] = json!({"enabled": true});
    ada.put(&draft, &body).await.expect(200);
    files::send(&ada, &list, "a.txt", b"file").await;
    files::send(&ada, &media, "one.vtt", b"one").await;
    files::send(&ada, &media, "two.vtt", b"two").await;
    ada.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    ada.post(&draft, ()).await.expect(201);
    ada.put(format!("{media}/one.vtt"), json!({"metadata": {"language": "eng"}})).await.expect(200);
    ada.delete(format!("{media}/two.vtt")).await.expect(204);
    files::send(&ada, &media, "three.vtt", b"three").await;
    let before = site.nobody().get(format!("{record}/media-files")).await.json();
    assert_eq!(super::keys(&before), ["one.vtt", "two.vtt"], "readers see what was published");
    ada.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    site.settle().await;
    let after = site.nobody().get(format!("{record}/media-files")).await.json();
    assert_eq!(super::keys(&after), ["one.vtt", "three.vtt"]);
    assert_eq!(after["entries"][0]["metadata"], json!({"language": "eng"}));
    assert_eq!(
        site.nobody().get(format!("{record}/media-files/one.vtt/content")).await.expect(200).body,
        b"one"
    );
    let shown = site.nobody().get(&record).await.json();
    assert_eq!(
        (&shown["media_files"]["count"], &shown["media_files"]["total_bytes"]),
        (&json!(2), &json!(8))
    );
}
