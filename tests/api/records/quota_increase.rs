//! `POST /api/records/{id}/quota-increase`: `records.quota_increase`

use serde_json::json;

use super::site;
use crate::{drafts::path, support::minimal};

#[tokio::test]
async fn nobody_takes_more_room_than_they_are_given() {
    let (site, ada) = site().await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let link = path(&draft, "quota_increase");
    for who in [site.nobody(), site.user("eve").await, ada] {
        for body in [json!({"quota_size": 100}), json!({})] {
            let refused = who.post(&link, body).await.expect(403).json();
            assert_eq!(refused, json!({"status": 403, "message": "Permission denied."}));
        }
    }
}
