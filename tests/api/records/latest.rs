//! `GET /api/records/{id}/versions/latest`: "records.latest"

use super::{publish, site};
use crate::drafts::path;

#[tokio::test]
async fn the_latest_version_is_found_from_any_of_the_family() {
    let (site, ada) = site().await;
    let record = publish(&ada, "The only version", false).await;
    for link in ["self", "parent"] {
        let moved = site.nobody().get(format!("{}/versions/latest", path(&record, link))).await.expect(301);
        assert_eq!(moved.header("location"), record["links"]["self"].as_str().unwrap());
    }
    let hidden = publish(&ada, "Hidden", true).await;
    for link in ["self", "parent"] {
        site.nobody().get(format!("{}/versions/latest", path(&hidden, link))).await.expect(403);
    }
    let ui = site.nobody().with("accept", "application/vnd.inveniordm.v1+json");
    ui.get(path(&record, "latest")).await.expect(301);
    site.nobody().get("/api/records/zege4-jwk51/versions/latest").await.expect(404);
}
