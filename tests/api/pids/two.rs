//! A site that has DOIs of two registries.

use cairn_core::dois::{Minting, Registry};
use serde_json::{Value, json};

use super::{
    crossref::{Crossref, PREFIX},
    draft, managed, publish, shown, with_doi,
};
use crate::{drafts::path, support::minimal};

/// Those under the test prefix, which are told to nobody.
fn local() -> Vec<Registry> {
    Minting::default().registries
}

fn at_crossref(id: &Value) -> Value {
    let identifier = format!("{PREFIX}/{}", id.as_str().unwrap());
    json!({"identifier": identifier, "provider": "crossref", "client": "crossref"})
}

#[tokio::test]
async fn the_first_makes_what_nobody_asks_the_other_for() {
    let (site, crossref) = Crossref::site(local()).await;
    let ada = site.user("ada").await;
    let usual = publish(&ada, &minimal()).await;
    assert_eq!(usual["pids"]["doi"], managed(&usual["id"]));
    let reserved = draft(&ada, &minimal()).await;
    let reserved = ada.post(path(&reserved, "reserve_doi"), ()).await.expect(201).json();
    assert_eq!(reserved["pids"]["doi"], managed(&reserved["id"]));
    site.settle().await;
    assert_eq!(crossref.asked(), 0);

    // Who names a registry and no DOI sees which it will be.
    let asked = draft(&ada, &with_doi(&json!({"identifier": "", "provider": "crossref"}))).await;
    assert_eq!((&asked["pids"]["doi"], asked.get("errors")), (&at_crossref(&asked["id"]), None));
    let record = ada.post(path(&asked, "publish"), ()).await.expect(202).json();
    assert_eq!(record["pids"]["doi"], at_crossref(&record["id"]));
    assert_eq!(record["parent"]["pids"]["doi"], at_crossref(&record["parent"]["id"]));
    site.settle().await;
    assert_eq!(shown(&site, &record).await["parent"]["doi"]["status"], "registered");
    assert_eq!(shown(&site, &usual).await["doi"]["status"], "local");
}

#[tokio::test]
async fn what_a_registry_makes_is_its_own() {
    let (site, _) = Crossref::site(local()).await;
    let ada = site.user("ada").await;
    let problems = async |doi: Value| ada.post("/api/records", with_doi(&doi)).await.expect(201).errors();
    let wrong =
        "pids.doi: Wrong DOI 10.5072/x prefix provided, it should be 10.54321 as defined in the rest client";
    assert_eq!(problems(json!({"identifier": "10.5072/x", "provider": "crossref"})).await, [wrong]);
    let external = format!("{PREFIX}/x");
    let managed = "pids.doi: The prefix '10.54321' is managed by Cairn. Please supply an external DOI or select 'No' to \
                   have a DOI generated for you.";
    assert_eq!(problems(json!({"identifier": external, "provider": "external"})).await, [managed]);
    // A DOI stays where it was made.
    let record = publish(&ada, &minimal()).await;
    ada.post(path(&record, "draft"), ()).await.expect(201);
    let other = with_doi(&json!({"identifier": "", "provider": "crossref"}));
    ada.put(path(&record, "draft"), other).await.expect(200);
    let refused = ada.post(format!("{}/actions/publish", path(&record, "draft")), ()).await.expect(400);
    assert_eq!(refused.errors(), [super::KEPT]);
}
