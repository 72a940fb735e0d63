//! Dead letters are listed with their reasons.

use cairn_model::queue::LOW_PRIORITY;
use serde_json::json;

use super::drain;
use crate::support::Site;

#[tokio::test]
async fn what_is_no_message_ends_as_a_dead_letter_too() {
    let site = Site::start().await;
    let queues = &site.system.shared.ports.queues;
    let bodies = ["no json", r#"{"subscriber": "nobody"}"#].map(str::to_owned).to_vec();
    queues.send(&LOW_PRIORITY, bodies, std::time::Duration::ZERO).await.unwrap();
    drain(&site).await;
    let listed = site.admin().get("/api/deadletters?queue=low-priority").await.expect(200).json();
    let errors: Vec<_> =
        listed["hits"]["hits"].as_array().unwrap().iter().map(|hit| hit["error"].as_str().unwrap()).collect();
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error.starts_with("the message cannot be read: ")), "{errors:?}");
}

#[tokio::test]
async fn dead_letters_are_for_administrators() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for user in [site.nobody(), ada] {
        user.get("/api/deadletters").await.expect(403);
        user.post("/api/deadletters/replay", json!({"queue": "index"})).await.expect(403);
    }
    let refused = site.admin().get("/api/deadletters?queue=nosuch").await.expect(400).json();
    assert_eq!(refused["errors"][0]["field"], "queue");
    for body in [json!({}), json!({"queue": 7}), json!({"queue": "index", "ids": "1"})] {
        site.admin().post("/api/deadletters/replay", body).await.expect(400);
    }
}
