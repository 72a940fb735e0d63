//! What shows an entry that has changed is found under its new title.

use cairn_ports::Clock;
use serde_json::json;

use crate::{
    drafts::path,
    support::{Site, minimal},
};

#[tokio::test]
async fn records_and_entries_follow_the_titles_that_they_show() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let affiliation = json!({"id": "kiln", "name": "Kiln Institute"});
    site.admin().post("/api/affiliations", affiliation).await.expect(201);
    let name = json!({"id": "n1", "name": "Potter, Ann", "affiliations": [{"id": "kiln"}]});
    site.admin().post("/api/names", name).await.expect(201);
    let mut body = minimal();
    body["metadata"]["languages"] = json!([{"id": "dan"}]);
    body["metadata"]["creators"][0]["affiliations"] = json!([{"id": "kiln"}]);
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    let record = ada.post(path(&draft, "publish"), ()).await.expect(202).json();
    ada.post("/api/records", &body).await.expect(201);
    site.settle().await;
    let total = |list: &'static str, q: &'static str| {
        let ada = ada.clone();
        async move { ada.get(format!("/api/{list}?q={q}")).await.expect(200).json()["hits"]["total"].clone() }
    };
    assert_eq!(total("records", "metadata.languages.title.en:Danish").await, 1);

    let danish = json!({"title": {"en": "Dansk"}, "type": "languages"});
    site.admin().put("/api/vocabularies/languages/dan", danish).await.expect(200);
    let renamed = json!({"name": "Porcelain Institute"});
    site.admin().put("/api/affiliations/kiln", renamed).await.expect(200);
    // What a request saves meanwhile, with what its cache has kept, is brought up to date too.
    ada.post(path(&record, "draft"), ()).await.expect(201);
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    site.settle().await;
    assert_eq!(total("records", "metadata.languages.title.en:Danish").await, 0);
    assert_eq!(total("records", "metadata.languages.title.en:Dansk").await, 1);
    assert_eq!(total("records", "porcelain").await, 1);
    assert_eq!(total("user/records", "porcelain").await, 2);
    assert_eq!(total("names", "porcelain").await, 1);
    let now = ada.get(path(&record, "self")).await.expect(200).json();
    let hit = &ada.get("/api/records").await.expect(200).json()["hits"]["hits"][0];
    assert_eq!((&hit["revision_id"], &hit["metadata"]), (&now["revision_id"], &now["metadata"]));
    let jobs = site.admin().get("/api/jobs?q=changed").await.expect(200).json();
    assert_eq!(jobs["hits"]["hits"][0]["last_run"]["status"], "SUCCESS");
}

#[tokio::test]
async fn an_entry_that_nothing_shows_starts_nothing() {
    let site = Site::start().await;
    let danish = json!({"title": {"en": "Dansk"}, "type": "languages"});
    site.admin().put("/api/vocabularies/languages/dan", danish).await.expect(200);
    site.settle().await;
    assert_eq!(site.admin().get("/api/jobs").await.expect(200).json()["hits"]["total"], 0);
}

#[tokio::test]
async fn a_new_name_is_found_without_waiting() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.admin().post("/api/affiliations", json!({"id": "kiln", "name": "Kiln Institute"})).await.expect(201);
    let mut body = minimal();
    body["metadata"]["creators"][0]["affiliations"] = json!([{"id": "kiln"}]);
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    site.settle().await;
    let began = site.clock.now();
    let renamed = json!({"name": "Porcelain Institute"});
    site.admin().put("/api/affiliations/kiln", renamed).await.expect(200);
    let total = async || {
        ada.get("/api/records?q=porcelain").await.expect(200).json()["hits"]["total"].as_u64().unwrap()
    };
    // What is put off stays where it is: the clock moves by the milliseconds of being looked at.
    while site.act().await > 0 {}
    assert_eq!(total().await, 1);
    assert!(site.clock.now().seconds() - began.seconds() < 5);
    let version = async || {
        let search = &site.system.shared.ports.search;
        search.version("records", draft["id"].as_str().unwrap()).await.unwrap()
    };
    let once = version().await;
    site.settle().await;
    assert_eq!(version().await, once, "what is up to date is not written again");
}
