//! `GET /api/operations`

use crate::support::Site;

#[tokio::test]
async fn everyone_may_see_what_can_be_asked() {
    let site = Site::start().await;
    let answer = site.nobody().get("/api/operations").await.expect(200).json();
    assert_eq!(answer["total"], cairn_api::all().count());
    let operations = answer["operations"].as_array().unwrap();
    let ping = operations.iter().find(|operation| operation["name"] == "meta.ping").unwrap();
    assert_eq!(ping["path"], "/api/ping");
    assert_eq!(ping["needs"].as_array().unwrap().len(), 0);
    let create = operations.iter().find(|operation| operation["name"] == "drafts.create").unwrap();
    assert!(create["needs"].as_array().unwrap().contains(&"write:records".into()));
}
