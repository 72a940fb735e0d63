//! `POST /api/users`: "users.create"

use crate::support::Site;
use serde_json::json;

#[tokio::test]
async fn administrators_create_users_with_roles() {
    let site = Site::start().await;
    let body = json!({"email": "grace@cairn.test", "username": "grace", "password": "correct horse", "roles": ["admin"]});
    let user = site.admin().post("/api/users", body).await.expect(201).json();
    assert!(user["id"].as_str().unwrap().bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(user["roles"], "admin");
    insta::assert_json_snapshot!(user);
    assert!(!user.to_string().contains("horse") && !user.to_string().contains("argon2"));
    site.nobody().post("/api/users", json!({"email": "x@cairn.test"})).await.expect(403);
    site.user("ada").await.post("/api/users", json!({"email": "x@cairn.test"})).await.expect(403);
}

#[tokio::test]
async fn every_problem_is_listed_and_addresses_are_taken_once() {
    let site = Site::start().await;
    let admin = site.admin();
    let bad = json!({"username": "1", "password": "short", "profile": {"x": 1}, "preferences": {"visibility": "x"}});
    assert_eq!(admin.post("/api/users", bad).await.expect(400).errors().len(), 5);
    let unknown = json!({"email": "a@b", "roles": ["admin", "nosuch"]});
    assert_eq!(
        admin.post("/api/users", unknown).await.expect(400).errors(),
        ["email: Not a valid email address.", "roles: Must be one of: admin."]
    );
    admin.post("/api/users", json!({"email": "a@cairn.test"})).await.expect(201);
    let taken = admin.post("/api/users", json!({"email": "A@cairn.test"})).await.expect(400);
    assert_eq!(taken.errors(), ["email: Email already used by another account."]);
}
