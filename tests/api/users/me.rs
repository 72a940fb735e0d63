//! `GET /api/me`: "users.me"

use crate::support::Site;

#[tokio::test]
async fn a_token_says_who_one_is() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let me = ada.get("/api/me").await.expect(200);
    assert_eq!(me.json()["username"], "ada");
    insta::assert_json_snapshot!(me.json());
    assert_eq!(me.header("x-user-id"), me.json()["id"].as_str().unwrap());
    let refused = site.nobody().get("/api/me").await.expect(401).json();
    assert_eq!(refused["message"], "A token is needed to say who you are.");
    site.nobody().with("authorization", "Bearer wrong").get("/api/me").await.expect(401);
}
