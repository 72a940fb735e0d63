//! `GET /api/files/{id}/{key}`: `"buckets.read"`

use crate::deposits::{published, send, to, with_deposition};

#[tokio::test]
async fn content_of_drafts_is_for_those_who_may_see_them() {
    let (site, ada, deposition) = with_deposition().await;
    send(&ada, &deposition, "a.txt", b"0123456789").await;
    let file = format!("{}/a.txt", to(&deposition, "bucket"));
    assert_eq!(ada.get(&file).await.expect(200).body, b"0123456789");
    assert_eq!(ada.with("range", "bytes=2-3").get(&file).await.expect(206).body, b"23");
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.get(&file).await.expect(403);
    }
    ada.get(format!("{file}.bak")).await.expect(404);
}

#[tokio::test]
async fn content_of_records_is_counted() {
    let (site, _ada, record) = published().await;
    site.settle().await;
    site.nobody().get(format!("{}/a.txt", to(&record, "bucket"))).await.expect(200);
    let changes = site.system.shared.ports.store.changes(None, 100).await.unwrap();
    assert_eq!(changes.rows.iter().filter(|row| row.event.kind == "file.downloaded").count(), 1);
}
