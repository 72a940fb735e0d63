//! `DELETE /api/records/{id}/access/links/{link}`: "links.delete"

use super::{by, link, secret};

#[tokio::test]
async fn a_link_that_is_revoked_opens_nothing() {
    let (site, ada, eve, record) = secret().await;
    let (made, other) = (link(&ada, &record, "view").await, link(&ada, &record, "view").await);
    let one = format!("{record}/access/links/{}", made["id"].as_str().unwrap());
    for who in [&site.nobody(), &eve] {
        who.delete(&one).await.expect(403);
    }
    assert!(ada.delete(&one).await.expect(204).body.is_empty());
    site.nobody().get(by(&record, &made)).await.expect(403);
    site.nobody().get(by(&record, &other)).await.expect(200);
    ada.get(&one).await.expect(404);
    ada.delete(&one).await.expect(404);
}
