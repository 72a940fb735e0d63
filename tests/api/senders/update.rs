//! `PUT /api/senders/{sender}`: "senders.update"

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn a_sender_stands_for_a_user_who_is_there() {
    let site = Site::start().await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    for user in [&ada, &bob] {
        let sender =
            site.admin().put("/api/senders/local", json!({"user": user.id})).await.expect(200).json();
        assert_eq!(sender, json!({"id": "local", "user": user.id}));
    }
    for bad in [json!({}), json!({"user": 1}), json!({"user": "4242"})] {
        site.admin().put("/api/senders/local", bad).await.expect(400);
    }
    site.admin().put(format!("/api/senders/{}", "x".repeat(201)), json!({"user": ada.id})).await.expect(400);
    ada.put("/api/senders/local", json!({"user": ada.id})).await.expect(403);
}
