//! `GET /api/tasks`: "tasks.list"

use crate::support::Site;

#[tokio::test]
async fn what_jobs_can_do_is_listed() {
    let site = Site::start().await;
    insta::assert_json_snapshot!(site.admin().get("/api/tasks").await.expect(200).json());
    site.user("ada").await.get("/api/tasks").await.expect(403);
    site.nobody().get("/api/tasks").await.expect(403);
}
