//! Jobs that run by themselves, when the clock says so.

use serde_json::json;

use super::run;
use crate::support::Site;

#[tokio::test]
async fn a_crontab_starts_one_run_however_many_clocks_tick() {
    let site = Site::start().await;
    let schedule = json!({"type": "crontab", "minute": "30", "hour": "2", "timezone": "Europe/Zurich"});
    let body = json!({"title": "Nightly", "task": "reindex", "args": {"collections": ["users"]}, "schedule": schedule});
    let job = site.admin().post("/api/jobs", body).await.expect(201).json();
    assert!(job["next_run"].as_str().unwrap().starts_with("2026-01-01T01:30:00"));
    assert_eq!(site.system.tick().await.unwrap().started, 0);
    site.clock.advance(90 * 60);
    let ticks = futures::future::join_all((0..4).map(|_| site.system.tick())).await;
    assert_eq!(ticks.into_iter().map(|tick| tick.unwrap().started).sum::<usize>(), 1);
    site.settle().await;
    let runs = site.admin().get(&job["links"]["runs"]).await.expect(200).json();
    let scheduled = &runs["hits"]["hits"][0];
    assert_eq!((&runs["hits"]["total"], &scheduled["status"]), (&json!(1), &json!("SUCCESS")));
    assert_eq!(
        (&scheduled["started_by_id"], &scheduled["started_by"]["id"]),
        (&json!(null), &json!("system"))
    );
    // Three nights without a tick count as one.
    site.clock.advance(3 * 86_400);
    assert_eq!(site.system.tick().await.unwrap().started, 1);
    let job = site.admin().get(&job["links"]["self"]).await.expect(200).json();
    assert!(job["next_run"].as_str().unwrap().starts_with("2026-01-05T01:30:00"), "{job}");
}

#[tokio::test]
async fn what_is_not_active_does_not_run_by_itself() {
    let site = Site::start().await;
    let body = json!({"title": "t", "task": "reindex", "active": false, "schedule": {"type": "interval", "minutes": 1}});
    let job = site.admin().post("/api/jobs", body).await.expect(201).json();
    site.clock.advance(3_600);
    assert_eq!(site.system.tick().await.unwrap().started, 0);
    run(&site, &job).await;
    site.settle().await;
}

#[tokio::test]
async fn a_step_that_nobody_seems_to_do_is_tried_again() {
    let site = Site::start().await;
    let job = super::job(&site, "reindex", json!({"collections": ["users"]})).await;
    let first = run(&site, &job).await;
    // Its event gets lost, which takes a fault in everything that is to prevent it.
    site.system.relay().await.unwrap();
    let queues = &site.system.shared.ports.queues;
    let low = &cairn_model::queue::LOW_PRIORITY;
    let lost = queues.receive(low, 10, std::time::Duration::ZERO).await.unwrap();
    queues.delete(low, &lost).await.unwrap();
    site.settle().await;
    assert_eq!(super::now(&site, &first).await["status"], "QUEUED");
    let second = run(&site, &job).await;
    site.settle().await;
    assert_eq!(site.system.tick().await.unwrap().revived, 0);
    site.clock.advance(21 * 60);
    assert_eq!(site.system.tick().await.unwrap().revived, 1);
    site.settle().await;
    for run in [&first, &second] {
        assert_eq!(super::now(&site, run).await["status"], "SUCCESS");
    }
    site.clock.advance(21 * 60);
    assert_eq!(site.system.tick().await.unwrap().revived, 0);
}

#[tokio::test]
async fn a_step_that_nobody_ever_does_is_given_up() {
    let site = Site::start().await;
    let job = super::job(&site, "reindex", json!({})).await;
    let run = run(&site, &job).await;
    let queues = &site.system.shared.ports.queues;
    for _ in 0..6 {
        site.system.relay().await.unwrap();
        for queue in [&cairn_model::queue::LOW_PRIORITY, &cairn_model::queue::INDEX] {
            let lost = queues.receive(queue, 10, std::time::Duration::ZERO).await.unwrap();
            queues.delete(queue, &lost).await.unwrap();
        }
        site.clock.advance(21 * 60);
        site.system.tick().await.unwrap();
    }
    let run = super::now(&site, &run).await;
    assert_eq!(run["status"], "FAILED");
    assert_eq!(run["message"], "given up after 5 tries: nothing was heard of the step");
    site.settle().await;
}
