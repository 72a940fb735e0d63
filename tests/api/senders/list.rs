//! `GET /api/senders`: "senders.list"

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn senders_are_listed() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for sender in ["AIDAEXAMPLE", "local"] {
        site.admin().put(format!("/api/senders/{sender}"), json!({"user": ada.id})).await.expect(200);
    }
    let list = site.admin().get("/api/senders").await.expect(200).json();
    assert_eq!(list["hits"]["total"], 2);
    assert_eq!(list["hits"]["hits"][0], json!({"id": "AIDAEXAMPLE", "user": ada.id}));
    ada.get("/api/senders").await.expect(403);
}
