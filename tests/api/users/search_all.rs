//! `GET /api/users/all`: `users.search_all`

use crate::support::Site;

#[tokio::test]
async fn managers_see_everybody() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.settle().await;
    let all = site.admin().get("/api/users/all?sort=email").await.expect(200).json();
    assert_eq!(all["hits"]["total"], 2);
    assert_eq!(all["hits"]["hits"][0]["email"], "ada@cairn.test");
    assert_eq!(all["hits"]["hits"][1]["roles"], "admin");
    assert_eq!(all["hits"]["hits"][1]["login_count"], serde_json::Value::Null);
    assert_eq!(all["aggregations"]["roles"]["buckets"][0]["key"], "admin");
    assert!(all.get("page").is_none());
    let few = site.admin().get("/api/users/all?roles=admin").await.expect(200).json();
    assert_eq!((few["hits"]["total"].as_u64(), few["sortBy"].as_str()), (Some(1), Some("username")));
    ada.get("/api/users/all").await.expect(403);
    site.nobody().get("/api/users/all").await.expect(403);
}

#[tokio::test]
async fn managers_narrow_by_state_and_name_what_is_known_of_domains() {
    let site = Site::start().await;
    site.user("ada").await;
    site.settle().await;
    let found = |query: &'static str| {
        let admin = site.admin();
        async move { admin.get(format!("/api/users/all?{query}")).await.expect(200).json() }
    };
    for (query, total) in [
        ("is_active=true", 2),
        ("is_active=false", 0),
        ("is_verified=1", 2),
        ("is_blocked=1", 0),
        ("q=domain.status:new", 2),
        ("q=domain.status:blocked", 0),
        ("q=domain.tld:test", 2),
        ("q=domain.flagged:false", 2),
        ("q=email_visibility:restricted", 2),
        ("domain_status=1", 2),
        ("suggest=adda", 1),
    ] {
        assert_eq!(found(query).await["hits"]["total"], total, "{query}");
    }
    let all = found("size=1").await;
    assert_eq!(all["aggregations"]["domain_status"]["buckets"][0]["key"], 1);
    assert_eq!(all["aggregations"]["domain_status"]["buckets"][0]["label"], "New");
    assert_eq!(all["aggregations"]["affiliations"]["buckets"], serde_json::json!([]));
    site.admin().get("/api/users/all?is_active=perhaps").await.expect(400);
}
