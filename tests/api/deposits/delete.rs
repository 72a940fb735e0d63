//! `DELETE /api/deposit/depositions/{id}`: `"deposits.delete"`

use super::{published, to, with_deposition};

#[tokio::test]
async fn what_was_never_published_is_gone() {
    let (site, ada, deposition) = with_deposition().await;
    let this = to(&deposition, "self");
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.delete(&this).await.expect(403);
    }
    ada.delete(&this).await.expect(204);
    ada.get(&this).await.expect(404);
    ada.delete(&this).await.expect(404);
}

#[tokio::test]
async fn what_is_published_stays() {
    let (_site, ada, record) = published().await;
    ada.delete(to(&record, "self")).await.expect(404);
    assert_eq!(ada.get(to(&record, "self")).await.expect(200).json()["state"], "done");
}
