//! `POST /api/jobs/{id}/runs/{run}/actions/stop`: "runs.stop"

use serde_json::json;

use crate::{
    jobs::{half_imported, now, published},
    support::Site,
};

#[tokio::test]
async fn a_run_stops_after_the_step_that_is_under_way() {
    let site = Site::start().await;
    let run = half_imported(&site).await;
    let half = now(&site, &run).await;
    assert_eq!((&half["status"], &half["inserted_entries"]), (&json!("RUNNING"), &json!(100)));
    let stopping = site.admin().post(&run["links"]["stop"], ()).await.expect(202).json();
    assert_eq!(stopping["status"], "CANCELLING");
    let refused = site.admin().post(&run["links"]["stop"], ()).await.expect(400).json();
    assert_eq!(refused["message"], "You cannot change run status from CANCELLING to CANCELLING.");
    site.settle().await;
    let stopped = now(&site, &run).await;
    assert_eq!((&stopped["status"], &stopped["inserted_entries"]), (&json!("CANCELLED"), &json!(100)));
    assert!(stopped["finished_at"].is_string());
    assert_eq!(published(&site).await, 100);
    site.user("ada").await.post(&run["links"]["stop"], ()).await.expect(403);
}
