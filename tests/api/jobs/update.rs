//! `PUT /api/jobs/{id}`: "jobs.update"

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn what_is_not_said_stays_but_for_the_schedule() {
    let site = Site::start().await;
    let body = json!({"title": "Nightly", "description": "d", "task": "reindex", "default_queue": "celery",
        "run_args": {"collections": ["users"]}, "schedule": {"type": "interval", "hours": 12}});
    let job = site.admin().post("/api/jobs", body).await.expect(201).json();
    assert_eq!(job["next_run"].as_str().map(|next| &next[..13]), Some("2026-01-01T12"));
    let change = json!({"title": "Nightly 2", "task": "reindex", "active": false});
    let changed = site.admin().put(&job["links"]["self"], change).await.expect(200).json();
    assert_eq!(changed["title"], "Nightly 2");
    assert_eq!(changed["description"], "d");
    assert_eq!(changed["default_queue"], "celery");
    assert_eq!(changed["run_args"], json!({"collections": ["users"]}));
    assert_eq!((&changed["active"], &changed["schedule"]), (&json!(false), &json!(null)));
    assert_eq!((&changed["created"], &changed["next_run"]), (&job["created"], &json!(null)));
    site.admin().put(&job["links"]["self"], json!({"title": ""})).await.expect(400);
    let change = json!({"title": "x", "task": "reindex"});
    site.user("ada").await.put(&job["links"]["self"], &change).await.expect(403);
    site.admin().put("/api/jobs/nosuch", &change).await.expect(404);
}
