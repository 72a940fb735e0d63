//! `GET /api/status`: "status.read"

use crate::support::{Site, minimal};

#[tokio::test]
async fn administrators_see_how_the_repository_is_doing() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.settle().await;
    ada.post("/api/records", minimal()).await.expect(201);
    site.clock.advance(90);
    let before = site.admin().get("/api/status").await.expect(200).json();
    assert_eq!((&before["outbox"]["waiting"], &before["outbox"]["lag_seconds"]), (&1.into(), &90.into()));
    site.settle().await;
    let after = site.admin().get("/api/status").await.expect(200).json();
    assert_eq!((&after["outbox"]["waiting"], &after["index"]["drafts"]), (&0.into(), &1.into()));
    insta::assert_json_snapshot!(after["index"]);
    ada.get("/api/status").await.expect(403);
    site.nobody().get("/api/status").await.expect(403);
}
