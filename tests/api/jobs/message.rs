//! Messages on the queue `jobs`, as other machines send them.

use std::time::Duration;

use cairn_model::queue::JOBS;
use serde_json::{Value, json};

use super::{published, records};
use crate::support::Site;

async fn send(site: &Site, message: &Value) {
    let queues = &site.system.shared.ports.queues;
    queues.send(&JOBS, vec![message.to_string()], Duration::ZERO).await.unwrap();
}

/// Polls until nothing waits any more; dead letters are told.
async fn dead_letters(site: &Site) -> Vec<String> {
    for _ in 0..10 {
        while site.poll(&JOBS).await > 0 {}
        site.clock.advance(3_600);
    }
    let letters = site.admin().get("/api/deadletters?queue=jobs").await.expect(200).json();
    let hits = letters["hits"]["hits"].as_array().unwrap().clone();
    hits.iter().map(|letter| letter["error"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_sender_acts_as_the_user_it_stands_for() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.admin().put("/api/senders/local", json!({"user": ada.id})).await.expect(200);
    let args = json!({"records": records(3), "publish": true});
    let message = json!({"version": "1", "id": "m-1", "task": "import", "args": args});
    for _ in 0..3 {
        send(&site, &message).await;
    }
    site.settle().await;
    assert_eq!(published(&site).await, 3);
    let mine = ada.get("/api/user/records").await.expect(200).json();
    assert_eq!(mine["hits"]["total"], 3);
    let jobs = site.admin().get("/api/jobs").await.expect(200).json();
    assert_eq!(jobs["hits"]["hits"][0]["last_run"]["started_by_id"].to_string(), ada.id);
}

#[tokio::test]
async fn a_message_that_cannot_be_accepted_is_a_dead_letter_that_says_why() {
    let site = Site::start().await;
    let message = json!({"version": "1", "id": "m-1", "task": "reindex"});
    send(&site, &message).await;
    assert_eq!(
        dead_letters(&site).await,
        ["nobody lets `local` send messages: see `PUT /api/senders/{sender}`"]
    );
    site.admin().put("/api/senders/local", json!({"user": "1"})).await.expect(400);
    let ada = site.user("ada").await;
    site.admin().put("/api/senders/local", json!({"user": ada.id})).await.expect(200);
    site.admin().post("/api/deadletters/replay", json!({"queue": "jobs"})).await.expect(200);
    send(&site, &json!({"version": "1", "id": "m-2", "task": "import", "args": {"upload": 3}})).await;
    let dead = dead_letters(&site).await;
    assert!(dead.len() == 1 && dead[0].starts_with("args"), "{dead:?}");
    let jobs = site.admin().get("/api/jobs").await.expect(200).json();
    assert_eq!(jobs["hits"]["total"], 1, "the replayed message has its run");
}
