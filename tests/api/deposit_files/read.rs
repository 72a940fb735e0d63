//! `GET /api/deposit/depositions/{id}/files/{file}`: `"deposit_files.read"`

use crate::deposits::{send, to, with_deposition};

#[tokio::test]
async fn a_file_is_found_by_its_id() {
    let (site, ada, deposition) = with_deposition().await;
    send(&ada, &deposition, "a.txt", b"a file").await;
    let files = ada.get(to(&deposition, "files")).await.expect(200).json();
    let this = &files[0]["links"]["self"];
    assert_eq!(ada.get(this).await.expect(200).json(), files[0]);
    assert_eq!(files[0]["filesize"], 6);
    for unknown in ["a.txt", "x"] {
        ada.get(format!("{}/{unknown}", to(&deposition, "files"))).await.expect(404);
    }
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.get(this).await.expect(403);
    }
}
