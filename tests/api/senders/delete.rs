//! `DELETE /api/senders/{sender}`: "senders.delete"

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn a_sender_loses_its_right() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.admin().put("/api/senders/local", json!({"user": ada.id})).await.expect(200);
    ada.delete("/api/senders/local").await.expect(403);
    site.admin().delete("/api/senders/local").await.expect(204);
    site.admin().delete("/api/senders/local").await.expect(404);
    assert_eq!(site.admin().get("/api/senders").await.expect(200).json()["hits"]["total"], 0);
}
