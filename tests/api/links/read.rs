//! `GET /api/records/{id}/access/links/{link}`: "links.read"

use super::{link, secret};

#[tokio::test]
async fn a_link_is_read_as_it_was_made() {
    let (site, ada, eve, record) = secret().await;
    let made = link(&ada, &record, "preview").await;
    let one = format!("{record}/access/links/{}", made["id"].as_str().unwrap());
    assert_eq!(ada.get(&one).await.expect(200).json(), made);
    for who in [&site.nobody(), &eve] {
        who.get(&one).await.expect(403);
    }
    let missing = ada.get(format!("{record}/access/links/nosuch")).await.expect(404).json();
    assert_eq!(missing["message"], "No secret link found with the given ID.");
}
