//! `GET /healthz`

use crate::support::Site;

#[tokio::test]
async fn a_site_that_serves_is_healthy() {
    let site = Site::start().await;
    assert_eq!(site.nobody().get("/healthz").await.expect(200).text(), "OK");
    assert_eq!(site.nobody().get("/api/healthz").await.status, 404);
}
