//! `DELETE` of an entry: "vocabularies.delete", "names.delete", "affiliations.delete", "funders.delete",
//! "awards.delete", "subjects.delete"

use serde_json::json;

use super::own;
use crate::support::{Site, minimal};

#[tokio::test]
async fn a_deleted_entry_is_gone_and_found_no_more() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (vocabulary, body) in own() {
        site.admin().post(format!("/api/{vocabulary}"), body.clone()).await.expect(201);
        let path = format!("/api/{vocabulary}/{}", body["id"].as_str().unwrap());
        site.nobody().delete(&path).await.expect(403);
        ada.delete(&path).await.expect(403);
        site.admin().with("if-match", "5").delete(&path).await.expect(412);
        site.admin().delete(&path).await.expect(204);
        assert_eq!(ada.get(&path).await.expect(410).json()["message"], "The record has been deleted.");
        site.admin().delete(&path).await.expect(410);
        site.admin().post(format!("/api/{vocabulary}"), body).await.expect(400);
        site.settle().await;
        assert_eq!(ada.get(format!("/api/{vocabulary}")).await.expect(200).json()["hits"]["total"], 0);
    }
    site.admin().delete("/api/vocabularies/languages/eng").await.expect(204);
}

#[tokio::test]
async fn what_refers_to_a_deleted_entry_can_be_deleted_too() {
    let site = Site::start().await;
    let admin = site.admin();
    for (list, body) in [
        ("funders", json!({"id": "f2", "name": "Kiln Fund"})),
        ("awards", json!({"id": "f2::7", "number": "7", "title": {"en": "Kilns"}, "funder": {"id": "f2"}})),
        ("affiliations", json!({"id": "a2", "name": "Kiln Institute"})),
        ("names", json!({"id": "n2", "name": "Potter, Ann", "affiliations": [{"id": "a2"}]})),
    ] {
        admin.post(format!("/api/{list}"), body).await.expect(201);
    }
    for entry in ["funders/f2", "affiliations/a2"] {
        admin.delete(format!("/api/{entry}")).await.expect(204);
    }
    let award = json!({"number": "8", "title": {"en": "Kilns"}, "funder": {"id": "f2"}});
    let refused = admin.put("/api/awards/f2::7", award).await.expect(400).json();
    assert_eq!(refused["message"], "Invalid value f2.");
    for entry in ["awards/f2::7", "names/n2"] {
        admin.delete(format!("/api/{entry}")).await.expect(204);
        admin.get(format!("/api/{entry}")).await.expect(410);
    }
    site.settle().await;
    assert_eq!(admin.get("/api/awards?q=kilns").await.expect(200).json()["hits"]["total"], 0);
}

#[tokio::test]
async fn a_deleted_entry_can_be_used_no_more_in_the_process_that_deleted_it() {
    let site = Site::start().await;
    let (admin, ada) = (site.admin(), site.user("ada").await);
    admin.post("/api/affiliations", json!({"id": "a3", "name": "Kiln Institute"})).await.expect(201);
    let mut body = minimal();
    body["metadata"]["creators"][0]["affiliations"] = json!([{"id": "a3"}]);
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    let draft = crate::drafts::path(&draft, "self");
    ada.put(&draft, &body).await.expect(200);
    let renamed = json!({"name": "Porcelain Institute"});
    admin.put("/api/affiliations/a3", renamed).await.expect(200);
    for seen in [ada.get(&draft).await.expect(200), ada.put(&draft, &body).await.expect(200)] {
        let affiliation = &seen.json()["metadata"]["creators"][0]["affiliations"][0];
        assert_eq!(affiliation["name"], "Porcelain Institute");
    }
    admin.delete("/api/affiliations/a3").await.expect(204);
    for refused in [ada.post("/api/records", &body).await, ada.put(&draft, &body).await] {
        assert_eq!(refused.expect(400).json()["message"], "Invalid value a3.");
    }
}
