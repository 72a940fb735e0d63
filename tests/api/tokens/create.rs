//! `POST /api/users/{id}/tokens`: "tokens.create"

use super::tokens;
use crate::support::Site;
use serde_json::json;

#[tokio::test]
async fn a_token_opens_the_door_for_its_user() {
    let site = Site::start().await;
    let (ada, eve) = (site.user("ada").await, site.user("eve").await);
    let path = tokens(&ada).await;
    let token = ada.post(&path, json!({"name": "script"})).await.expect(201).json();
    let secret = token["token"].as_str().unwrap();
    assert_eq!(secret.len(), 60);
    assert_eq!(
        site.nobody().with_token("", secret).get("/api/me").await.expect(200).json()["username"],
        "ada"
    );
    eve.post(&path, json!({"name": "x"})).await.expect(403);
    site.nobody().post(&path, json!({"name": "x"})).await.expect(403);
    for bad in [json!({}), json!({"name": 1}), json!({"name": " "}), json!({"name": "x".repeat(101)})] {
        ada.post(&path, bad).await.expect(400);
    }
    let unknown = ada.post(&path, json!({"name": 1, "scopes": ["all"]})).await.expect(400);
    assert_eq!(unknown.errors(), ["name: Not a valid string.", "scopes: Unknown field."]);
    ada.post(&path, json!({"name": "x", "expires": "2030-01-01"})).await.expect(400);
    site.admin().post("/api/users/12345/tokens", json!({"name": "x"})).await.expect(404);
}
