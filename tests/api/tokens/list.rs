//! `GET /api/users/{id}/tokens`: "tokens.list"

use super::tokens;
use crate::support::Site;

#[tokio::test]
async fn tokens_are_listed_without_their_secrets() {
    let site = Site::start().await;
    let (ada, eve) = (site.user("ada").await, site.user("eve").await);
    let path = tokens(&ada).await;
    let list = ada.get(&path).await.expect(200).json();
    assert_eq!(list["hits"]["total"], 1);
    assert!(list["hits"]["hits"][0].get("token").is_none());
    insta::assert_json_snapshot!(list);
    site.admin().get(&path).await.expect(200);
    eve.get(&path).await.expect(403);
    site.nobody().get(&path).await.expect(403);
}
