//! `PUT` of an entry: "vocabularies.update", "names.update", "affiliations.update", "funders.update",
//! "awards.update", "subjects.update"

use super::own;
use crate::support::{Site, minimal};
use serde_json::json;

#[tokio::test]
async fn administrators_replace_entries() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (vocabulary, mut body) in own() {
        let new = site.admin().post(format!("/api/{vocabulary}"), body.clone()).await.expect(201).json();
        let path = format!("/api/{vocabulary}/{}", body["id"].as_str().unwrap());
        body["title"] = json!({"en": "Another title"});
        ada.put(&path, body.clone()).await.expect(403);
        site.nobody().put(&path, body.clone()).await.expect(403);
        site.admin().with("if-match", "9").put(&path, body.clone()).await.expect(412);
        let entry = site
            .admin()
            .with("if-match", &new["revision_id"].to_string())
            .put(&path, body.clone())
            .await
            .expect(200)
            .json();
        assert_eq!(entry["title"]["en"], "Another title");
        site.admin().put(format!("/api/{vocabulary}/nosuch"), body).await.expect(404);
    }
}

#[tokio::test]
async fn records_show_the_new_title_once_caches_are_stale() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let mut body = minimal();
    body["metadata"]["languages"] = json!([{"id": "eng"}]);
    let draft = ada.post("/api/records", body).await.expect(201).json();
    let entry = json!({"title": {"en": "Anglish"}, "type": "languages"});
    site.admin().put("/api/vocabularies/languages/eng", entry).await.expect(200);
    site.clock.advance(6);
    let seen = ada.get(crate::drafts::path(&draft, "self")).await.expect(200).json();
    assert_eq!(seen["metadata"]["languages"][0]["title"]["en"], "Anglish");
}
