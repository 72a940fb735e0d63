//! `DELETE /api/records/{id}/draft/pids/{scheme}`: "pids.delete"

use serde_json::json;

use super::{KEPT, draft, external, managed, publish, site, with_doi};
use crate::{drafts::path, support::minimal};

#[tokio::test]
async fn what_was_only_reserved_is_given_back() {
    let (_site, ada) = site().await;
    let draft = draft(&ada, &minimal()).await;
    let reserve = path(&draft, "reserve_doi");
    ada.post(&reserve, ()).await.expect(201);
    ada.with("if-match", "\"9\"").delete(&reserve).await.expect(412);
    let answer = ada.delete(&reserve).await.expect(200);
    let given_back = answer.json();
    assert_eq!(given_back["pids"], json!({}));
    assert!(given_back["links"].get("doi").is_none());
    assert_eq!(answer.header("etag"), format!("\"{}\"", given_back["revision_id"]));
    let again = ada.delete(&reserve).await.expect(404).json();
    assert_eq!(again["message"], "The persistent identifier does not exist.");
    ada.post(&reserve, ()).await.expect(201);
}

#[tokio::test]
async fn what_somebody_else_made_is_not_given_back() {
    let (_site, ada) = site().await;
    let brought = draft(&ada, &with_doi(&external("10.4321/a"))).await;
    ada.delete(path(&brought, "reserve_doi")).await.expect(404);
    ada.delete(path(&brought, "reserve_doi").replace("doi", "ark")).await.expect(404);
    assert_eq!(ada.get(path(&brought, "self")).await.json()["pids"]["doi"], external("10.4321/a"));
}

#[tokio::test]
async fn what_is_published_keeps_its_doi() {
    let (_site, ada) = site().await;
    let record = publish(&ada, &minimal()).await;
    let reserve = path(&record, "reserve_doi");
    ada.delete(&reserve).await.expect(404);
    ada.post(path(&record, "draft"), ()).await.expect(201);
    assert_eq!(ada.delete(&reserve).await.expect(400).errors(), [KEPT]);
    let doi = &ada.get(path(&record, "draft")).await.json()["pids"]["doi"];
    assert_eq!(*doi, managed(&record["id"]));
}
