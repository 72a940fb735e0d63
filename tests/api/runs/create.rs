//! `POST /api/jobs/{id}/runs`: "runs.create"

use serde_json::json;

use crate::{
    jobs::{job, run},
    support::Site,
};

#[tokio::test]
async fn a_run_starts_queued_with_the_arguments_of_its_job() {
    let site = Site::start().await;
    let job = job(&site, "reindex", json!({"collections": ["users"]})).await;
    let queued = run(&site, &job).await;
    insta::assert_json_snapshot!(queued);
    let own = json!({"title": "Mine", "args": {"collections": ["records"]}, "queue": "celery"});
    let own = site.admin().post(&job["links"]["runs"], own).await.expect(201).json();
    assert_eq!((&own["title"], &own["queue"]), (&json!("Mine"), &json!("celery")));
    assert_eq!(own["args"], json!({"collections": ["records"], "job_arg_schema": "custom"}));
    for bad in [json!({"queue": "x"}), json!({"args": {"collections": "all"}}), json!({"args": {"x": 1}})] {
        site.admin().post(&job["links"]["runs"], bad).await.expect(400);
    }
    site.user("ada").await.post(&job["links"]["runs"], json!({})).await.expect(403);
    site.admin().post("/api/jobs/nosuch/runs", json!({})).await.expect(404);
    site.settle().await;
}
