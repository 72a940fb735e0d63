//! `GET /api/deposit/depositions/{id}`: `"deposits.read"`

use super::{LIST, published, to, with_deposition};

#[tokio::test]
async fn drafts_are_for_those_who_may_see_them() {
    let (site, ada, deposition) = with_deposition().await;
    let this = to(&deposition, "self");
    assert_eq!(ada.get(&this).await.expect(200).json(), deposition);
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.get(&this).await.expect(403);
    }
    site.admin().get(&this).await.expect(200);
    for unknown in ["zege4-jwk51", "no-id", deposition["conceptrecid"].as_str().unwrap()] {
        ada.get(format!("{LIST}/{unknown}")).await.expect(404);
    }
}

#[tokio::test]
async fn what_is_published_is_told_as_it_is_and_its_draft_to_its_editors() {
    let (site, ada, record) = published().await;
    let this = to(&record, "self");
    assert_eq!(ada.get(&this).await.expect(200).json(), record);
    let eve = site.user("eve").await;
    eve.get(&this).await.expect(200);
    ada.get(format!("{LIST}/{}", record["conceptrecid"].as_str().unwrap())).await.expect(404);
    ada.post(to(&record, "edit"), ()).await.expect(201);
    assert_eq!(ada.get(&this).await.expect(200).json()["state"], "inprogress");
    assert_eq!(eve.get(&this).await.expect(200).json(), record);
}
