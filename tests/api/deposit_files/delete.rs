//! `DELETE /api/deposit/depositions/{id}/files/{file}`: `"deposit_files.delete"`

use crate::deposits::{published, send, to, with_deposition};

#[tokio::test]
async fn a_file_is_taken_out_by_its_id() {
    let (site, ada, deposition) = with_deposition().await;
    send(&ada, &deposition, "a.txt", b"a file").await;
    let files = ada.get(to(&deposition, "files")).await.expect(200).json();
    let this = &files[0]["links"]["self"];
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.delete(this).await.expect(403);
    }
    ada.delete(this).await.expect(204);
    ada.delete(this).await.expect(404);
}

#[tokio::test]
async fn those_of_records_stay() {
    let (_site, ada, record) = published().await;
    ada.delete(&record["files"][0]["links"]["self"]).await.expect(404);
}
