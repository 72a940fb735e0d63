//! `POST /api/deposit/depositions/{id}/actions/discard`: `"deposits.discard"`

use super::{metadata, published, to, with_deposition};

#[tokio::test]
async fn changes_are_given_up_and_the_record_is_answered() {
    let (site, ada, record) = published().await;
    ada.post(to(&record, "discard"), ()).await.expect(404);
    ada.post(to(&record, "edit"), ()).await.expect(201);
    let mut body = metadata();
    body["metadata"]["title"] = "Never mind".into();
    ada.put(to(&record, "self"), &body).await.expect(200);
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.post(to(&record, "discard"), ()).await.expect(403);
    }
    assert_eq!(ada.post(to(&record, "discard"), ()).await.expect(201).json(), record);
}

#[tokio::test]
async fn what_was_never_published_is_not_deleted_so() {
    let (_site, ada, deposition) = with_deposition().await;
    let refused = ada.post(to(&deposition, "discard"), ()).await.expect(400).json();
    assert_eq!(refused["message"], "The deposition is not being edited.");
    ada.get(to(&deposition, "self")).await.expect(200);
}
