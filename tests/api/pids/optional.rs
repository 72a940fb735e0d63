//! Where DOIs are optional, or none are made.

use cairn_core::dois::Minting;
use serde_json::{Value, json};

use super::{draft, external, managed, publish, with_doi};
use crate::{
    drafts::path,
    support::{Extension, Site, User, minimal},
};

const MUST: &str = "pids.doi: A previous version used a DOI registered from Cairn. This version must also use a DOI from Cairn.";
const CANNOT: &str = "pids.doi: A previous version was published with a DOI from an external provider or without one. You \
                      cannot use a DOI registered from Cairn for this version.";

async fn site(minting: Minting) -> (Site, User) {
    let site = Site::with(&Extension { minting: Some(minting), ..Extension::default() }).await;
    let ada = site.user("ada").await;
    (site, ada)
}

/// What is wrong with a new version of `record` that has this of identifiers; with a DOI reserved if that is wanted.
async fn next(ada: &User, record: &Value, body: &Value, reserved: bool) -> Vec<String> {
    let next = ada.post(path(record, "versions"), ()).await.expect(201).json();
    ada.put(path(&next, "self"), body).await.expect(200);
    if reserved {
        ada.post(path(&next, "reserve_doi"), ()).await.expect(201);
    }
    let answer = ada.post(path(&next, "publish"), ()).await;
    let problems = if answer.status == 202 { Vec::new() } else { answer.expect(400).errors() };
    if !problems.is_empty() {
        ada.delete(path(&next, "self")).await.expect(204);
    }
    problems
}

#[tokio::test]
async fn where_dois_are_optional_nobody_gets_one_unasked() {
    let (_site, ada) = site(Minting { required: false, ..Minting::default() }).await;
    assert_eq!(draft(&ada, &json!({})).await.get("errors"), None);
    let without = publish(&ada, &minimal()).await;
    assert_eq!(without["pids"].get("doi"), None);
    assert_eq!(without["parent"]["pids"], json!({}));
    assert_eq!(next(&ada, &without, &minimal(), true).await, [CANNOT]);
    assert!(next(&ada, &without, &with_doi(&external("10.4321/b")), false).await.is_empty());

    let with = draft(&ada, &minimal()).await;
    ada.post(path(&with, "reserve_doi"), ()).await.expect(201);
    let with = ada.post(path(&with, "publish"), ()).await.expect(202).json();
    assert_eq!(with["parent"]["pids"]["doi"], managed(&with["parent"]["id"]));
    assert_eq!(next(&ada, &with, &minimal(), false).await, [MUST]);
    assert_eq!(next(&ada, &with, &with_doi(&external("10.4321/c")), false).await, [MUST]);
    assert!(next(&ada, &with, &minimal(), true).await.is_empty());
}

#[tokio::test]
async fn where_dois_are_optional_one_of_others_may_be_given_up() {
    let (_site, ada) = site(Minting { required: false, ..Minting::default() }).await;
    let record = publish(&ada, &with_doi(&external("10.4321/a"))).await;
    ada.post(path(&record, "draft"), ()).await.expect(201);
    let mut body = minimal();
    body["pids"] = json!({});
    ada.put(path(&record, "draft"), body).await.expect(200);
    let without =
        ada.post(format!("{}/actions/publish", path(&record, "draft")), ()).await.expect(202).json();
    assert_eq!(without["pids"].get("doi"), None);
    publish(&ada, &with_doi(&external("10.4321/a"))).await;
}

#[tokio::test]
async fn where_no_dois_are_made_they_are_only_brought() {
    let (_site, ada) = site(Minting { registries: Vec::new(), ..Minting::default() }).await;
    let draft = draft(&ada, &json!({})).await;
    assert_eq!(draft.get("errors"), None);
    let refused = ada.post(path(&draft, "reserve_doi"), ()).await.expect(400);
    assert_eq!(refused.errors(), ["pids.doi: No configuration defined for PIDs doi"]);
    assert_eq!(publish(&ada, &minimal()).await["pids"].get("doi"), None);
    let brought = publish(&ada, &with_doi(&external("10.5072/a"))).await;
    assert_eq!(brought["pids"]["doi"], external("10.5072/a"));
    assert_eq!(brought["parent"]["pids"], json!({}));
    assert_eq!(brought["links"]["doi"], "https://doi.org/10.5072/a");
}
