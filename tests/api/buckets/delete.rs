//! `DELETE /api/files/{id}/{key}`: `"buckets.delete"`

use crate::deposits::{published, send, to, with_deposition};

#[tokio::test]
async fn a_file_is_taken_out_by_its_name() {
    let (site, ada, deposition) = with_deposition().await;
    send(&ada, &deposition, "d/a.txt", b"a file").await;
    let file = format!("{}/d/a.txt", to(&deposition, "bucket"));
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.delete(&file).await.expect(403);
    }
    ada.delete(&file).await.expect(204);
    ada.delete(&file).await.expect(404);
}

#[tokio::test]
async fn those_of_records_stay() {
    let (site, ada, record) = published().await;
    let file = format!("{}/a.txt", to(&record, "bucket"));
    ada.delete(&file).await.expect(404);
    site.nobody().get(&file).await.expect(200);
}
