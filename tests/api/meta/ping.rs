//! `GET /api/ping`

use crate::support::Site;

#[tokio::test]
async fn the_api_says_that_it_answers() {
    let site = Site::start().await;
    let answer = site.nobody().get("/api/ping").await.expect(200);
    assert_eq!(answer.text(), "OK");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("x-cairn-trips"), "0");
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_the_site() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let answer = ada.get("/api/me").await.expect(200);
    assert_eq!(answer.header("x-user-id"), ada.id);
    for (name, value) in [
        ("permissions-policy", "interest-cohort=()"),
        ("x-frame-options", "sameorigin"),
        ("x-xss-protection", "1; mode=block"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-credentials", ""),
        ("cache-control", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    for exposed in ["ETag", "Idempotent-Replayed", "Link", "Location"] {
        assert!(answer.header("access-control-expose-headers").contains(exposed));
    }
    let other = ada.get("/api/ping").await;
    assert!(!answer.header("x-request-id").is_empty());
    assert_ne!(answer.header("x-request-id"), other.header("x-request-id"));
}

#[tokio::test]
async fn a_token_that_is_no_good_is_nobodys() {
    let site = Site::start().await;
    let nobody = site.nobody();
    for value in
        ["Bearer", "Bearer ", "Bearer x", "Basic dXNlcjpwYXNz", "nonsense", "Bearer Ā", "Bearer a b c"]
    {
        let answer =
            nobody.with("authorization", value).get("/api/vocabularies/languages/eng").await.expect(200);
        assert_eq!(answer.header("x-user-id"), "", "{value}");
    }
    nobody
        .get(format!("/api/vocabularies/languages/eng?access_token={}", "x".repeat(5_000)))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_token_may_stand_in_the_query() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let token =
        site.admin().post(format!("/api/users/{}/tokens", ada.id), serde_json::json!({"name": "q"})).await;
    let token = token.expect(201).json()["token"].as_str().unwrap().to_owned();
    let answer = site.nobody().get(format!("/api/me?access_token={token}")).await.expect(200);
    assert_eq!(answer.header("x-user-id"), ada.id);
    assert!(!answer.text().contains(&token));
}

#[tokio::test]
async fn head_is_get_without_body_and_other_methods_are_refused() {
    let site = Site::start().await;
    let head = site.nobody().head("/api/ping").await.expect(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-type"), "text/html; charset=utf-8");
    let options = site.nobody().send("OPTIONS", "/api/ping", ()).await.expect(200);
    assert!(options.body.is_empty());
    assert_eq!(options.header("allow"), "GET, HEAD, OPTIONS");
    assert_eq!(options.header("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        let answer = site.nobody().send(method, "/api/ping", ()).await.expect(405);
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
        assert_eq!(answer.json()["message"], "The method is not allowed for the requested URL.");
    }
}
