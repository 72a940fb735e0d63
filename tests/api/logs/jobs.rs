//! `GET /api/logs/jobs`: "logs.jobs"

use serde_json::json;

use crate::{
    jobs::{job, run},
    support::Site,
};

#[tokio::test]
async fn a_log_is_found_by_the_id_of_its_run() {
    let site = Site::start().await;
    job(&site, "export", json!({})).await;
    let job = job(&site, "reindex", json!({"collections": ["nosuch"]})).await;
    let run = run(&site, &job).await;
    site.settle().await;
    let log = site.admin().get(&run["links"]["logs"]).await.expect(200).json();
    let line = &log["hits"]["hits"][0];
    assert_eq!(line["level"], "ERROR");
    assert!(line["message"].as_str().unwrap().contains("there is no collection `nosuch`"), "{line}");
    site.admin().get("/api/logs/jobs").await.expect(400);
    site.admin().get("/api/logs/jobs?q=nosuch").await.expect(404);
    site.user("ada").await.get(&run["links"]["logs"]).await.expect(403);
}
