//! `POST /api/jobs`: "jobs.create"

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn a_job_is_defined_as_in_inveniordm() {
    let site = Site::start().await;
    let body = json!({"title": "Nightly", "description": "d", "task": "reindex", "default_queue": "celery",
        "schedule": {"type": "interval", "hours": 12}});
    let job = site.admin().post("/api/jobs", body).await.expect(201).json();
    insta::assert_json_snapshot!(job);
    let address = format!("https://cairn.test/api/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!(job["links"]["self"], address);
}

#[tokio::test]
async fn every_problem_of_a_job_is_told_and_only_administrators_define_jobs() {
    let site = Site::start().await;
    let bad = json!({"task": "nosuch", "schedule": {"type": "crontab", "minute": "61"}});
    let refused = site.admin().post("/api/jobs", bad).await.expect(400);
    assert_eq!(
        refused.errors(),
        [
            "title: Field cannot be blank or longer than 250 characters.",
            "task: Must be one of: import, export, reindex, delete, reindex_dependents.",
            "schedule.minute: Not a valid crontab expression.",
        ]
    );
    let args = json!({"title": "t", "task": "delete", "args": {"ids": "all", "x": 1}});
    let refused = site.admin().post("/api/jobs", args).await.expect(400);
    assert_eq!(refused.errors().len(), 2, "{:?}", refused.errors());
    let job = json!({"title": "x", "task": "reindex"});
    site.user("ada").await.post("/api/jobs", &job).await.expect(403);
    site.nobody().post("/api/jobs", &job).await.expect(403);
}
