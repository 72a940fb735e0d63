//! `GET /api/records/{id}/draft`: "drafts.read"

use super::{path, with_draft};

#[tokio::test]
async fn a_draft_is_for_its_owner_and_administrators() {
    let (site, ada, draft) = with_draft().await;
    let this = path(&draft, "self");
    let seen = ada.get(&this).await.expect(200);
    assert_eq!(seen.header("etag"), "\"1\"");
    assert_eq!(seen.json(), draft);
    site.admin().get(&this).await.expect(200);
    for stranger in [site.nobody(), site.user("eve").await] {
        assert_eq!(stranger.get(&this).await.expect(403).json()["message"], "Permission denied.");
    }
    assert!(ada.head(&this).await.expect(200).body.is_empty());
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let (_, ada, _) = with_draft().await;
    for id in ["zzzzz-zzzzz", "nonsense", "zege4-jwk51"] {
        let answer = ada.get(format!("/api/records/{id}/draft")).await.expect(404);
        assert_eq!(answer.json()["message"], "The persistent identifier does not exist.");
    }
}

#[tokio::test]
async fn expanding_shows_the_owner() {
    let (_, ada, draft) = with_draft().await;
    let seen = ada.get(format!("{}?expand=1", path(&draft, "self"))).await.expect(200).json();
    let owner = &seen["expanded"]["parent"]["access"]["owned_by"];
    assert_eq!(owner["id"], draft["parent"]["access"]["owned_by"]["user"]);
    assert_eq!(owner["is_current_user"], true);
    ada.get(format!("{}?expand=perhaps", path(&draft, "self"))).await.expect(400);
}
