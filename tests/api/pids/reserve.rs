//! `POST /api/records/{id}/draft/pids/{scheme}`: "pids.reserve"

use serde_json::json;

use super::{draft, external, managed, publish, site, with_doi};
use crate::{drafts::path, support::minimal};

#[tokio::test]
async fn a_draft_shows_what_it_will_be_called() {
    let (_site, ada) = site().await;
    let draft = draft(&ada, &minimal()).await;
    let (this, reserve) = (path(&draft, "self"), path(&draft, "reserve_doi"));
    let answer = ada.post(&reserve, ()).await.expect(201);
    let reserved = answer.json();
    assert_eq!(reserved["pids"], json!({"doi": managed(&draft["id"])}));
    assert_eq!(answer.header("etag"), format!("\"{}\"", reserved["revision_id"]));
    let address = format!("https://handle.test.datacite.org/10.5072/{}", draft["id"].as_str().unwrap());
    assert_eq!([&reserved["links"]["doi"], &reserved["links"]["self_doi"]], [&address, &address]);
    assert_eq!(ada.get(&this).await.expect(200).json(), reserved);
    let again = ada.post(&reserve, ()).await.expect(400);
    assert_eq!(again.errors(), ["pids.doi: A PID already exists for type doi"]);
    // What is sent back as it came stays.
    let mut body = with_doi(&reserved["pids"]["doi"]);
    let saved = ada.put(&this, &body).await.expect(200).json();
    assert_eq!((&saved["pids"], saved.get("errors")), (&reserved["pids"], None));
    body["pids"]["doi"].as_object_mut().unwrap().remove("client");
    assert_eq!(ada.put(&this, body).await.expect(200).json()["pids"], reserved["pids"]);
    let record = ada.post(path(&draft, "publish"), ()).await.expect(202).json();
    assert_eq!(record["pids"]["doi"], reserved["pids"]["doi"]);
}

#[tokio::test]
async fn only_those_who_may_save_a_draft_reserve_for_it() {
    let (site, ada) = site().await;
    let draft = draft(&ada, &minimal()).await;
    let reserve = path(&draft, "reserve_doi");
    let stranger = site.user("eve").await;
    for user in [&site.nobody(), &stranger] {
        user.post(&reserve, ()).await.expect(403);
        user.delete(&reserve).await.expect(403);
    }
    ada.with("if-match", "\"9\"").post(&reserve, ()).await.expect(412);
    ada.post("/api/records/zege4-jwk51/draft/pids/doi", ()).await.expect(404);
    let unknown = ada.post(reserve.replace("doi", "ark"), ()).await.expect(400);
    assert_eq!(unknown.errors(), ["pids.ark: No configuration defined for PIDs ark"]);
    let oai = ada.post(reserve.replace("doi", "oai"), ()).await.expect(201).json();
    let identifier = format!("oai:cairn.test:{}", draft["id"].as_str().unwrap());
    assert_eq!(oai["pids"], json!({"oai": {"identifier": identifier, "provider": "oai"}}));
}

#[tokio::test]
async fn what_has_a_doi_gets_no_other() {
    let (_site, ada) = site().await;
    let brought = draft(&ada, &with_doi(&external("10.4321/a"))).await;
    let refused = ada.post(path(&brought, "reserve_doi"), ()).await.expect(400);
    assert_eq!(refused.errors(), ["pids.doi: A PID already exists for type doi"]);
    let record = publish(&ada, &minimal()).await;
    ada.post(path(&record, "reserve_doi"), ()).await.expect(404);
    ada.post(path(&record, "draft"), ()).await.expect(201);
    let mut body = minimal();
    body["pids"] = json!({});
    ada.put(path(&record, "draft"), body).await.expect(200);
    let refused = ada.post(path(&record, "reserve_doi"), ()).await.expect(400);
    assert_eq!(refused.errors(), ["pids.doi: A PID already exists for type doi"]);
}
