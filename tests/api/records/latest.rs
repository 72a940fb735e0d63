//! `GET /api/records/{id}/versions/latest`: "records.latest"

use super::{publish, site, two_versions};
use crate::drafts::path;
use serde_json::json;

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

#[tokio::test]
async fn a_latest_version_is_found_by_those_who_may_read_it() {
    let (site, ada) = site().await;
    let (first, second) = two_versions(&ada, ("Public", false), ("Restricted", true)).await;
    let (this, parent) = (path(&first, "self"), path(&first, "parent"));
    let ways =
        [(format!("{this}/versions/latest"), 301), (format!("{parent}/versions/latest"), 301), (parent, 302)];
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.get(&this).await.expect(200);
        for (way, _) in &ways {
            let refused = stranger.get(way).await.expect(403);
            assert_eq!(refused.json(), json!({"status": 403, "message": "Permission denied."}));
            assert!(!refused.headers.contains_key("location"));
        }
    }
    for (way, status) in &ways {
        let found = ada.get(way).await.expect(*status);
        assert!(found.header("location").ends_with(second["id"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn a_restricted_version_leads_to_a_public_latest_one() {
    let (site, ada) = site().await;
    let (first, second) = two_versions(&ada, ("Restricted", true), ("Public", false)).await;
    let this = path(&first, "self");
    site.nobody().get(&this).await.expect(403);
    let found = site.nobody().get(format!("{this}/versions/latest")).await.expect(301);
    assert_eq!(
        found.header("location"),
        format!("https://cairn.test/api/records/{}", second["id"].as_str().unwrap())
    );
}
