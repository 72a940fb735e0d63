//! `PATCH /api/records/{id}/access/links/{link}`: "links.update"

use serde_json::json;

use super::{by, link, secret};

#[tokio::test]
async fn a_link_changes_and_its_secret_does_not() {
    let (site, ada, eve, record) = secret().await;
    ada.post(format!("{record}/draft"), ()).await.expect(201);
    let made = link(&ada, &record, "view").await;
    let one = format!("{record}/access/links/{}", made["id"].as_str().unwrap());
    let draft = by(&format!("{record}/draft"), &made);
    site.nobody().get(&draft).await.expect(403);
    let body = json!({"permission": "preview", "description": "More", "expires_at": "2099-06-01"});
    let changed = ada.send("PATCH", &one, body).await.expect(200).json();
    assert_eq!((&changed["permission"], &changed["token"]), (&json!("preview"), &made["token"]));
    assert_eq!(ada.get(&one).await.json(), changed);
    site.nobody().get(&draft).await.expect(200);
    let later = ada.send("PATCH", &one, json!({"expires_at": "2099-06-02"})).await.expect(400);
    assert_eq!(later.errors(), ["expires_at: Cannot postpone expiration of links"]);
    let never = ada.send("PATCH", &one, json!({"expires_at": null})).await.expect(400);
    assert_eq!(never.errors(), ["expires_at: Field may not be null."]);
    assert_eq!(ada.send("PATCH", &one, json!({})).await.expect(200).json(), changed);
    for who in [&site.nobody(), &eve] {
        who.send("PATCH", &one, json!({"permission": "edit"})).await.expect(403);
        who.send("PATCH", by(&one, &made), json!({"permission": "edit"})).await.expect(403);
    }
    ada.send("PATCH", format!("{record}/access/links/nosuch"), json!({})).await.expect(404);
    ada.put(&one, json!({"permission": "view"})).await.expect(405);
}
