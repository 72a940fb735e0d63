//! `GET /api/records/{id}/views`: "records.page"

use serde_json::json;

use crate::{
    drafts,
    support::{Site, minimal},
};

#[tokio::test]
async fn who_may_read_a_record_gets_a_token_for_its_page() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let mut body = minimal();
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    let id = draft["id"].as_str().unwrap();
    let views = format!("/api/records/{id}/views");
    ada.get(&views).await.expect(404);
    let record = ada.post(drafts::path(&draft, "publish"), ()).await.expect(202).json();
    let given = ada.get(&views).await.expect(200);
    assert_eq!(given.header("cache-control"), "no-store");
    assert!(given.json()["token"].is_string() && given.json()["expires"].is_string());
    site.nobody().get(&views).await.expect(403);
    site.user("eve").await.get(&views).await.expect(403);
    let parent = record["parent"]["id"].as_str().unwrap();
    ada.get(format!("/api/records/{parent}/views")).await.expect(404);
    ada.get("/api/records/nothing/views").await.expect(404);
}
