//! `DELETE /api/jobs/{id}/runs/{run}`: "runs.delete"

use serde_json::json;

use crate::{
    jobs::{job, run},
    support::Site,
};

#[tokio::test]
async fn a_run_that_is_deleted_is_done_no_more() {
    let site = Site::start().await;
    let job = job(&site, "reindex", json!({})).await;
    let run = run(&site, &job).await;
    site.user("ada").await.delete(&run["links"]["self"]).await.expect(403);
    site.admin().delete(&run["links"]["self"]).await.expect(204);
    site.admin().get(&run["links"]["self"]).await.expect(404);
    site.admin().delete(&run["links"]["self"]).await.expect(404);
    site.settle().await;
    site.clock.advance(3_600);
    assert_eq!(site.system.tick().await.unwrap().revived, 0);
}
