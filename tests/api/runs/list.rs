//! `GET /api/jobs/{id}/runs`: "runs.list"

use serde_json::json;

use crate::{
    jobs::{job, run},
    support::Site,
};

#[tokio::test]
async fn runs_are_listed_newest_first() {
    let site = Site::start().await;
    let job = job(&site, "reindex", json!({})).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.insert(0, run(&site, &job).await["id"].clone());
    }
    let list = site.admin().get(&job["links"]["runs"]).await.expect(200).json();
    let listed: Vec<_> =
        list["hits"]["hits"].as_array().unwrap().iter().map(|hit| hit["id"].clone()).collect();
    assert_eq!(listed, ids);
    let runs = job["links"]["runs"].as_str().unwrap();
    let one = site.admin().get(format!("{runs}?q={}", ids[1].as_str().unwrap())).await.expect(200).json();
    assert_eq!((&one["hits"]["total"], &one["hits"]["hits"][0]["id"]), (&json!(1), &ids[1]));
    let second = site.admin().get(format!("{runs}?size=1&page=2")).await.expect(200).json();
    assert_eq!(second["hits"]["hits"][0]["id"], ids[1]);
    site.user("ada").await.get(runs).await.expect(403);
}
