//! `DELETE /api/jobs/{id}`: "jobs.delete"

use serde_json::json;

use super::{job, run};
use crate::support::Site;

#[tokio::test]
async fn a_job_goes_with_its_runs() {
    let site = Site::start().await;
    let job = job(&site, "reindex", json!({})).await;
    let run = run(&site, &job).await;
    site.user("ada").await.delete(&job["links"]["self"]).await.expect(403);
    site.admin().delete(&job["links"]["self"]).await.expect(204);
    site.admin().get(&job["links"]["self"]).await.expect(404);
    site.admin().delete(&job["links"]["self"]).await.expect(404);
    site.admin().get(&job["links"]["runs"]).await.expect(404);
    for link in ["self", "logs", "result"] {
        site.admin().get(&run["links"][link]).await.expect(404);
    }
    for action in ["stop", "retry"] {
        site.admin().post(&run["links"][action], ()).await.expect(404);
    }
    site.settle().await;
    site.clock.advance(3_600);
    assert_eq!(site.system.tick().await.unwrap().revived, 0, "what was under way is looked after no more");
}
