//! `GET /api/tasks/{task}/args`: "tasks.args"

use crate::support::Site;

#[tokio::test]
async fn the_arguments_of_a_task_are_described() {
    let site = Site::start().await;
    let args = site.admin().get("/api/tasks/export/args").await.expect(200).json();
    assert_eq!((args["q"]["type"].as_str(), args["q"]["default"].as_str()), (Some("string"), Some("")));
    site.admin().get("/api/tasks/nosuch/args").await.expect(404);
    site.user("ada").await.get("/api/tasks/export/args").await.expect(403);
}
