//! `GET /api/jobs/{id}`: "jobs.read"

use serde_json::json;

use super::{job, run};
use crate::support::Site;

#[tokio::test]
async fn a_job_shows_its_last_runs() {
    let site = Site::start().await;
    let job = job(&site, "reindex", json!({"collections": ["users"]})).await;
    let read = site.admin().get(&job["links"]["self"]).await.expect(200).json();
    assert_eq!((&read["last_run"], &read["last_runs"]), (&json!({}), &json!({})));
    run(&site, &job).await;
    site.settle().await;
    let second = run(&site, &job).await;
    let read = site.admin().get(&job["links"]["self"]).await.expect(200).json();
    assert_eq!(read["last_run"]["id"], second["id"]);
    assert_eq!(read["last_runs"]["queued"]["id"], second["id"]);
    assert_eq!(read["last_runs"]["success"]["status"], "SUCCESS");
    assert_eq!(read["default_args"], "{\"collections\":[\"users\"]}");
    for id in ["0190a0a0-0000-7000-8000-000000000000", "nosuch"] {
        let missing = site.admin().get(format!("/api/jobs/{id}")).await.expect(404).json();
        assert_eq!(missing["message"], format!("Job with ID {id} does not exist."));
    }
}
