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
            "task: Must be one of: import, export, reindex, verify_index, delete, reindex_dependents, audit_files, sweep_files, archive_events, check_links, migrate_files, recount_statistics, lift_embargoes, import_vocabulary.",
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

#[tokio::test]
async fn a_job_that_could_never_run_is_refused() {
    let site = Site::start().await;
    let refused = |body| {
        let admin = site.admin();
        async move { admin.post("/api/jobs", body).await.expect(400).errors() }
    };
    let often = json!({"type": "interval", "hours": 1});
    let missing = refused(json!({"title": "t", "task": "import", "schedule": often})).await;
    assert_eq!(missing, ["args: Exactly one of these has to be there: upload, records."]);
    for never in [
        json!({"type": "crontab", "day_of_month": "31", "month_of_year": "2"}),
        json!({"type": "interval", "weeks": 1_000_000_000}),
    ] {
        let problems = refused(json!({"title": "t", "task": "reindex", "schedule": never})).await;
        assert_eq!(problems, ["schedule._schema: This never comes."]);
    }
    assert_eq!(
        refused(json!({"title": 1, "task": 2})).await,
        ["title: Not a valid string.", "task: Not a valid string."]
    );
    let export = json!({"title": "t", "task": "export", "args": {"q": "a"}});
    let job = site.admin().post("/api/jobs", export).await.expect(201).json();
    let other = json!({"title": "t", "task": "reindex"});
    let kept = site.admin().put(&job["links"]["self"], other).await.expect(400);
    assert!(kept.errors()[0].starts_with("args: "), "{:?}", kept.errors());
}
