//! `DELETE /api/users/{id}/tokens/{token}`: "tokens.delete"

use super::tokens;
use crate::support::Site;

#[tokio::test]
async fn a_revoked_token_is_nobodys_at_once() {
    let site = Site::start().await;
    let (ada, eve) = (site.user("ada").await, site.user("eve").await);
    let path = tokens(&ada).await;
    let id = ada.get(&path).await.json()["hits"]["hits"][0]["id"].as_str().unwrap().to_owned();
    let token = format!("{path}/{id}");
    eve.delete(&token).await.expect(403);
    site.nobody().delete(&token).await.expect(403);
    ada.delete(format!("{path}/nosuch")).await.expect(404);
    ada.delete(&token).await.expect(204);
    ada.get("/api/me").await.expect(401);
    site.admin().delete(&token).await.expect(404);
}
