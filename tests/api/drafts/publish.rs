//! `POST /api/records/{id}/draft/actions/publish`: "drafts.publish"

use super::{path, with_draft};
use crate::support::{Site, minimal};
use serde_json::{Value, json};

#[tokio::test]
async fn a_published_record_can_be_read_and_found_by_everybody() {
    let (site, ada, draft) = with_draft().await;
    let record = ada.post(path(&draft, "publish"), ()).await.expect(202).json();
    let id = record["id"].as_str().unwrap();
    let doi = json!({"identifier": format!("10.5072/{id}"), "provider": "datacite", "client": "datacite"});
    let oai = json!({"identifier": format!("oai:cairn.test:{id}"), "provider": "oai"});
    assert_eq!(record["pids"], json!({"doi": doi, "oai": oai}));
    assert_eq!(record["versions"], json!({"is_latest": true, "is_latest_draft": true, "index": 1}));
    let nobody = site.nobody();
    let seen = nobody.get(path(&record, "self")).await.expect(200).json();
    assert_eq!(seen["metadata"], draft["metadata"]);
    insta::assert_json_snapshot!("what_the_owner_is_answered", record);
    insta::assert_json_snapshot!("what_everybody_reads", seen);
    site.settle().await;
    let hits = nobody.get("/api/records").await.expect(200).json();
    assert_eq!(hits["hits"]["total"], 1);
    assert_eq!(hits["hits"]["hits"][0]["metadata"], seen["metadata"]);
    insta::assert_json_snapshot!("what_everybody_finds", hits);
    ada.post(path(&draft, "publish"), ()).await.expect(404);
}

#[tokio::test]
async fn a_draft_with_problems_stays_a_draft_and_all_are_listed() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", json!({"metadata": {}})).await.expect(201).json();
    let answer = ada.post(path(&draft, "publish"), ()).await.expect(400);
    assert_eq!(answer.json()["message"], "A validation error occurred.");
    insta::assert_json_snapshot!("problems", answer.json());
    let fields: Vec<String> =
        answer.errors().iter().map(|error| error.split(':').next().unwrap().to_owned()).collect();
    let required =
        ["metadata.resource_type", "metadata.creators", "metadata.title", "metadata.publication_date"];
    assert_eq!(fields[..4], required);
    assert_eq!(fields[4], "files.enabled");
    ada.get(path(&draft, "self")).await.expect(200);
    ada.get(path(&draft, "record")).await.expect(404);
}

#[tokio::test]
async fn only_those_who_may_publish_do() {
    let (site, ada, draft) = with_draft().await;
    let publish = path(&draft, "publish");
    site.nobody().post(&publish, ()).await.expect(403);
    site.user("eve").await.post(&publish, ()).await.expect(403);
    ada.post("/api/records/zege4-jwk51/draft/actions/publish", ()).await.expect(404);
    site.admin().post(&publish, ()).await.expect(202);
}

#[tokio::test]
async fn an_edited_record_keeps_id_creation_and_identifiers() {
    let (site, ada, draft) = with_draft().await;
    let (this, publish) = (path(&draft, "self"), path(&draft, "publish"));
    let first = ada.post(&publish, ()).await.expect(202).json();
    ada.post(&this, ()).await.expect(201);
    let mut body = minimal();
    body["metadata"]["title"] = json!("Second edition");
    ada.put(&this, body).await.expect(200);
    let unchanged = site.nobody().get(path(&first, "self")).await.json();
    assert_eq!(unchanged["metadata"], first["metadata"], "nobody sees half a publication");
    let second = ada.post(&publish, ()).await.expect(202).json();
    assert_eq!(second["metadata"]["title"], "Second edition");
    for key in ["id", "created", "pids", "parent"] {
        assert_eq!(second[key], first[key], "{key}");
    }
    assert!(second["revision_id"].as_u64() > first["revision_id"].as_u64());
}

#[tokio::test]
async fn an_external_doi_belongs_to_one_record() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let body = |doi: &str| {
        let mut body = minimal();
        body["pids"] = json!({"doi": {"identifier": doi, "provider": "external"}});
        body
    };
    let first = ada.post("/api/records", body("https://doi.org/10.1234/Abc")).await.expect(201).json();
    assert_eq!(first["pids"]["doi"]["identifier"], "10.1234/Abc");
    let second = ada.post("/api/records", body("10.1234/aBC")).await.expect(201);
    assert!(second.json().get("errors").is_none(), "both may be saved before one is published");
    let second: Value = second.json();
    ada.post(path(&first, "publish"), ()).await.expect(202);
    let refused = ada.post(path(&second, "publish"), ()).await.expect(400);
    assert_eq!(refused.errors(), ["pids.doi: doi:10.1234/aBC already exists."]);
    let reported = ada.put(path(&second, "self"), body("10.1234/ABC")).await.expect(200);
    assert_eq!(reported.errors(), ["pids.doi: doi:10.1234/ABC already exists."]);
    let invalid = ada.put(path(&second, "self"), body("not-a-doi")).await.expect(200);
    assert_eq!(invalid.errors(), ["pids.doi: Invalid DOI"]);

    let this = path(&first, "self");
    ada.post(&this, ()).await.expect(201);
    ada.put(&this, body("10.1234/other")).await.expect(200);
    ada.post(path(&first, "publish"), ()).await.expect(202);
    ada.put(path(&second, "self"), body("10.1234/abc")).await.expect(200);
    ada.post(path(&second, "publish"), ()).await.expect(202);
}

#[tokio::test]
async fn what_names_an_entry_that_was_deleted_is_not_published() {
    let (site, ada, draft) = with_draft().await;
    let mut body = minimal();
    body["metadata"]["languages"] = json!([{"id": "dan"}]);
    ada.put(path(&draft, "self"), &body).await.expect(200);
    site.admin().delete("/api/vocabularies/languages/dan").await.expect(204);
    // Entries may be used for 5 seconds without another look.
    site.clock.advance(6);
    let saved = ada.put(path(&draft, "self"), &body).await.expect(400).json();
    let refused = ada.post(path(&draft, "publish"), ()).await.expect(400).json();
    assert_eq!(refused["message"], "Invalid value dan.");
    assert_eq!(refused, saved);
    ada.get(path(&draft, "self")).await.expect(200);
    ada.get(path(&draft, "record")).await.expect(404);
}
