//! `GET /api/jobs/{id}/runs/{run}/logs`: "runs.logs"

use serde_json::json;

use crate::{
    jobs::{job, run},
    support::Site,
};

#[tokio::test]
async fn a_log_is_read_piece_by_piece() {
    let site = Site::start().await;
    let ids: Vec<String> = (0..2_050).map(|_| "zege4-jwk51".to_owned()).collect();
    let job = job(&site, "delete", json!({"ids": ids})).await;
    let run = run(&site, &job).await;
    site.settle().await;
    let logs = format!("{}/logs", run["links"]["self"].as_str().unwrap());
    let first = site.admin().get(&logs).await.expect(200).json();
    assert_eq!(first["hits"]["hits"].as_array().unwrap().len(), 2_000);
    assert_eq!(first["warnings"][0]["type"], "truncated_results");
    let line = &first["hits"]["hits"][0];
    assert_eq!((&line["level"], &line["module"]), (&json!("WARNING"), &json!("delete")));
    assert_eq!(line["context"]["run_id"], run["id"]);
    let after: Vec<String> = first["hits"]["sort"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| {
            format!("search_after={}", value.as_str().unwrap().replace('+', "%2B").replace('#', "%23"))
        })
        .collect();
    let rest = site.admin().get(format!("{logs}?{}", after.join("&"))).await.expect(200).json();
    assert_eq!(rest["hits"]["hits"].as_array().unwrap().len(), 51);
    assert_eq!(rest["hits"]["hits"][50]["message"], "It ended: SUCCESS.");
    assert!(rest.get("warnings").is_none());
    site.admin().get(format!("{logs}?search_after=9999")).await.expect(400);
    site.user("ada").await.get(&logs).await.expect(403);
}
