//! `POST /api/jobs/messages`: "jobs.send"

use serde_json::json;

use super::{now, published, records, upload};
use crate::support::Site;

#[tokio::test]
async fn a_message_is_one_run_however_often_it_comes() {
    let site = Site::start().await;
    upload(&site.admin(), "spring", &records(120)).await;
    let args = json!({"upload": "spring", "publish": true});
    let message = json!({"version": "1", "id": "m-1", "task": "import", "title": "Spring", "args": args});
    let run = site.admin().post("/api/jobs/messages", &message).await.expect(202).json();
    assert_eq!((&run["status"], &run["title"]), (&json!("QUEUED"), &json!("Spring")));
    let again = site.admin().post("/api/jobs/messages", &message).await.expect(202).json();
    assert_eq!(again["id"], run["id"]);
    site.settle().await;
    let run = now(&site, &run).await;
    assert_eq!(run["status"], "SUCCESS", "{run}");
    assert_eq!((&run["inserted_entries"], &run["total_entries"]), (&json!(120), &json!(120)));
    assert_eq!(published(&site).await, 120);
    let other = json!({"version": "1", "id": "m-1", "task": "reindex"});
    site.admin().post("/api/jobs/messages", other).await.expect(422);
}

#[tokio::test]
async fn every_problem_of_a_message_is_told() {
    let site = Site::start().await;
    let refused = |message| {
        let admin = site.admin();
        async move { admin.post("/api/jobs/messages", message).await.expect(400).errors() }
    };
    let bad = refused(json!({"version": "2", "task": 7, "extra": 1})).await;
    assert_eq!(bad.len(), 4, "{bad:?}");
    let unknown = refused(json!({"version": "1", "id": "x", "task": "reindex_dependents"})).await;
    assert_eq!(
        unknown,
        ["task: Must be one of: import, export, reindex, verify_index, delete, import_vocabulary."]
    );
    let args = refused(json!({"version": "1", "id": "x", "task": "delete", "args": {"ids": []}})).await;
    assert_eq!(args.len(), 1, "{args:?}");
    let message = json!({"version": "1", "id": "x", "task": "reindex"});
    site.user("ada").await.post("/api/jobs/messages", &message).await.expect(403);
    site.nobody().post("/api/jobs/messages", &message).await.expect(403);
}
