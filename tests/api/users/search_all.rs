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
