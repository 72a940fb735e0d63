//! `GET /api/users/{id}`: "users.read"

use crate::support::{Site, User};
use serde_json::{Value, json};

async fn open_user(admin: &User) -> Value {
    let body = json!({"email": "open@cairn.test", "preferences": {"visibility": "public", "email_visibility": "public"}});
    admin.post("/api/users", body).await.expect(201).json()
}

#[tokio::test]
async fn others_see_less_than_the_user_and_managers_more() {
    let site = Site::start().await;
    let user = open_user(&site.admin()).await;
    let path = format!("/api/users/{}", user["id"].as_str().unwrap());
    site.nobody().get(&path).await.expect(404);
    let ada = site.user("ada").await;
    let seen = ada.get(&path).await.expect(200).json();
    let keys: Vec<&String> = seen.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "links", "is_current_user", "email", "identities", "username", "profile"]);
    let managed = site.admin().get(&path).await.expect(200).json();
    assert_eq!((&managed["status"], &managed["visibility"]), (&"verified".into(), &"full".into()));
}

#[tokio::test]
async fn a_hidden_profile_does_not_exist_for_others() {
    let site = Site::start().await;
    let (ada, eve) = (site.user("ada").await, site.user("eve").await);
    let own = ada.get("/api/me").await.expect(200).json();
    let path = format!("/api/users/{}", own["id"].as_str().unwrap());
    assert_eq!(ada.get(&path).await.expect(200).json()["is_current_user"], true);
    for missing in [path.as_str(), "/api/users/99999", "/api/users/nonsense-that-is-very-long-indeed"] {
        eve.get(missing).await.expect(404);
    }
}
