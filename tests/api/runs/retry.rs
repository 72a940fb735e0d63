//! `POST /api/jobs/{id}/runs/{run}/actions/retry`: "runs.retry"

use serde_json::json;

use crate::{
    jobs::{half_imported, job, now, published, records, run, upload},
    support::Site,
};

#[tokio::test]
async fn a_run_that_was_stopped_goes_on_where_it_was() {
    let site = Site::start().await;
    let run = half_imported(&site).await;
    site.admin().post(&run["links"]["retry"], ()).await.expect(400);
    site.admin().post(&run["links"]["stop"], ()).await.expect(202);
    site.settle().await;
    let again = site.admin().post(&run["links"]["retry"], ()).await.expect(202).json();
    assert_eq!((&again["status"], &again["finished_at"]), (&json!("QUEUED"), &json!(null)));
    site.settle().await;
    let done = now(&site, &run).await;
    assert_eq!((&done["status"], &done["inserted_entries"]), (&json!("SUCCESS"), &json!(250)), "{done}");
    assert_eq!(done["total_entries"], 250);
    assert_eq!(published(&site).await, 250);
    let refused = site.admin().post(&run["links"]["retry"], ()).await.expect(400).json();
    assert_eq!(refused["message"], "You cannot change run status from SUCCESS to QUEUED.");
    site.user("ada").await.post(&run["links"]["retry"], ()).await.expect(403);
}

#[tokio::test]
async fn a_run_with_errors_is_done_anew_and_deposits_nothing_twice() {
    let site = Site::start().await;
    let mut some = records(5);
    some[3]["metadata"] = json!({"title": "Without a creator"});
    upload(&site.admin(), "spring", &some).await;
    let job = job(&site, "import", json!({"upload": "spring", "publish": true})).await;
    let run = run(&site, &job).await;
    site.settle().await;
    let part = now(&site, &run).await;
    assert_eq!((&part["status"], &part["errored_entries"]), (&json!("PARTIAL_SUCCESS"), &json!(1)));
    let logs = site.admin().get(&run["links"]["logs"]).await.expect(200).json();
    let error = logs["hits"]["hits"].as_array().unwrap().iter().find(|hit| hit["level"] == "ERROR").unwrap();
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("spring part#000001#3: ") && message.contains("metadata.creators"),
        "{message}"
    );
    upload(&site.admin(), "spring", &records(5)).await;
    site.admin().post(&run["links"]["retry"], ()).await.expect(202);
    site.settle().await;
    let done = now(&site, &run).await;
    // The record that was mended is another under the same key: it is not taken for the one that failed.
    assert_eq!((&done["status"], published(&site).await), (&json!("PARTIAL_SUCCESS"), 4), "{done}");
    assert_eq!((&done["updated_entries"], &done["errored_entries"]), (&json!(4), &json!(1)));
}
