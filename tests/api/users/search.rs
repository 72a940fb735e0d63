//! `GET /api/users`: "users.search"

use crate::support::Site;
use serde_json::json;

#[tokio::test]
async fn only_those_who_let_themselves_be_found_are_found() {
    let site = Site::start().await;
    let open = json!({"email": "open@cairn.test", "profile": {"full_name": "Olga Open"},
        "preferences": {"visibility": "public", "email_visibility": "public"}});
    let shy = json!({"email": "shy@cairn.test", "profile": {"full_name": "Olga Shy"}});
    let veiled = json!({"email": "veiled@cairn.test", "profile": {"full_name": "Olga Veiled"},
        "preferences": {"visibility": "public"}});
    for body in [open, shy, veiled] {
        site.admin().post("/api/users", body).await.expect(201);
    }
    site.settle().await;
    let ada = site.user("ada").await;
    let total = |q: &str| {
        let (ada, q) = (ada.clone(), format!("/api/users?{q}"));
        async move { ada.get(q).await.expect(200).json()["hits"]["total"].as_u64().unwrap() }
    };
    assert_eq!(total("q=olga").await, 2);
    assert_eq!(total("suggest=olg").await, 2);
    assert_eq!(total("q=%22open@cairn.test%22").await, 1);
    assert_eq!(total("q=%22veiled@cairn.test%22").await, 0, "an address that is not public finds nobody");
    assert_eq!(total("q=email:veiled*").await, 0);
    assert_eq!(total("q=email:%22open@cairn.test%22").await, 1);
    assert_eq!(total("q=name:olga%20AND%20full_name:open").await, 1);
    site.nobody().get("/api/users").await.expect(403);
    ada.get("/api/users?q=a&suggest=b").await.expect(400);
}
