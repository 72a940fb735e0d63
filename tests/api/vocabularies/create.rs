//! `POST` of an entry: "vocabularies.create", "names.create", "affiliations.create", "funders.create",
//! "awards.create", "subjects.create"

use super::own;
use crate::support::Site;
use serde_json::json;

#[tokio::test]
async fn administrators_create_entries_and_ids_are_taken_once() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (vocabulary, body) in own() {
        let path = format!("/api/{vocabulary}");
        site.nobody().post(&path, body.clone()).await.expect(403);
        ada.post(&path, body.clone()).await.expect(403);
        let entry = site.admin().post(&path, body.clone()).await.expect(201).json();
        assert_eq!(entry["id"], body["id"]);
        let taken = site.admin().post(&path, body).await.expect(400).json();
        assert_eq!(taken["message"], "The persistent identifier is already registered.");
    }
}

#[tokio::test]
async fn a_generic_entry_says_its_type() {
    let site = Site::start().await;
    let body = json!({"id": "tst", "title": {"en": "Test"}, "type": "languages"});
    let path = "/api/vocabularies/languages";
    let entry = site.admin().post(path, body.clone()).await.expect(201).json();
    assert_eq!((&entry["type"], &entry["revision_id"]), (&"languages".into(), &1.into()));
    let missing = site.admin().post(path, json!({"id": "x", "title": {"en": "X"}})).await.expect(400);
    assert_eq!(missing.errors(), ["type: Missing data for required field."]);
    site.admin().post("/api/vocabularies/nosuch", body).await.expect(404);
}

#[tokio::test]
async fn what_an_entry_refers_to_must_exist() {
    let site = Site::start().await;
    let award = json!({"id": "f::1", "number": "1", "funder": {"id": "f"}});
    site.admin().post("/api/awards", award.clone()).await.expect(400);
    site.admin().post("/api/funders", json!({"id": "f", "name": "Fund"})).await.expect(201);
    let entry = site.admin().post("/api/awards", award).await.expect(201).json();
    assert_eq!(entry["funder"], json!({"id": "f", "name": "Fund"}));
}
