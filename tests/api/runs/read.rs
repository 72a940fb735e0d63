//! `GET /api/jobs/{id}/runs/{run}`: "runs.read"

use serde_json::json;

use crate::{
    jobs::{job, now, run},
    support::Site,
};

#[tokio::test]
async fn a_run_says_how_far_it_came() {
    let site = Site::start().await;
    let job = job(&site, "reindex", json!({"collections": ["users"]})).await;
    let queued = run(&site, &job).await;
    assert_eq!((&queued["status"], &queued["started_at"]), (&json!("QUEUED"), &json!(null)));
    site.settle().await;
    let done = now(&site, &queued).await;
    assert_eq!((&done["status"], &done["updated_entries"]), (&json!("SUCCESS"), &json!(1)));
    assert_eq!(done["message"], "1/1 entries done.");
    assert!(done["started_at"].is_string() && done["finished_at"].is_string());
    let (id, missing) = (job["id"].as_str().unwrap(), "0190a0a0-0000-7000-8000-000000000000");
    let answer = site.admin().get(format!("/api/jobs/{id}/runs/{missing}")).await.expect(404).json();
    assert_eq!(answer["message"], format!("Run with ID {missing} for job {id} does not exist."));
    site.user("ada").await.get(&queued["links"]["self"]).await.expect(403);
}
