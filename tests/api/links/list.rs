//! `GET /api/records/{id}/access/links`: "links.list"

use serde_json::json;

use super::{link, secret};

#[tokio::test]
async fn links_are_listed_with_their_secrets_for_those_who_manage_them() {
    let (site, ada, eve, record) = secret().await;
    let links = format!("{record}/access/links");
    assert_eq!(ada.get(&links).await.expect(200).json(), json!({"hits": {"total": 0, "hits": []}}));
    let made = [link(&ada, &record, "view").await, link(&ada, &record, "edit").await];
    let listed = ada.get(&links).await.expect(200).json();
    assert_eq!(listed, json!({"hits": {"total": 2, "hits": made}}));
    site.admin().get(&links).await.expect(200);
    for who in [&site.nobody(), &eve] {
        who.get(&links).await.expect(403);
    }
    ada.get("/api/records/zzzzz-zzzzz/access/links").await.expect(404);
}
