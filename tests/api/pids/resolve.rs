//! `GET /doi/{doi+}`: "pids.resolve"

use serde_json::json;

use super::{draft, external, publish, site, with_doi};
use crate::{
    drafts::path,
    support::{Answer, User, minimal},
};

async fn follow(user: &User, doi: &str) -> Answer {
    user.get(format!("/doi/{doi}")).await
}

#[tokio::test]
async fn a_doi_leads_to_its_record_and_that_of_all_versions_to_the_latest() {
    let (site, ada) = site().await;
    let nobody = site.nobody();
    let first = publish(&ada, &minimal()).await;
    let page =
        |record: &serde_json::Value| format!("https://cairn.test/records/{}", record["id"].as_str().unwrap());
    let concept = first["parent"]["pids"]["doi"]["identifier"].as_str().unwrap();
    let own = |record: &serde_json::Value| record["pids"]["doi"]["identifier"].as_str().unwrap().to_owned();
    for doi in [&own(&first), concept] {
        assert_eq!(follow(&nobody, doi).await.expect(302).header("location"), page(&first));
    }
    let next = ada.post(path(&first, "versions"), ()).await.expect(201).json();
    ada.put(path(&next, "self"), minimal()).await.expect(200);
    let second = ada.post(path(&next, "publish"), ()).await.expect(202).json();
    for (doi, record) in [(own(&first), &first), (own(&second), &second), (concept.to_owned(), &second)] {
        assert_eq!(follow(&nobody, &doi).await.expect(302).header("location"), page(record), "{doi}");
    }
    let brought = publish(&ada, &with_doi(&external("10.4321/A.b/c"))).await;
    for doi in ["10.4321/A.b/c", "10.4321/a.B/C", "10.4321%2Fa.b/c"] {
        assert_eq!(follow(&nobody, doi).await.expect(302).header("location"), page(&brought), "{doi}");
    }
}

#[tokio::test]
async fn a_doi_leads_nobody_to_what_they_may_not_see() {
    let (site, ada) = site().await;
    let nobody = site.nobody();
    for doi in ["10.5072/zege4-jwk51", "10.4321/a", "x", "10.5072/", "10.5072"] {
        let missing = follow(&nobody, doi).await.expect(404).json();
        assert_eq!(missing["message"], "The persistent identifier does not exist.", "{doi}");
    }
    let reserved = draft(&ada, &minimal()).await;
    ada.post(path(&reserved, "reserve_doi"), ()).await.expect(201);
    follow(&ada, &format!("10.5072/{}", reserved["id"].as_str().unwrap())).await.expect(404);
    let mut body = with_doi(&external("10.4321/secret"));
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    publish(&ada, &body).await;
    let refused = follow(&nobody, "10.4321/secret").await.expect(403);
    assert_eq!(refused.header("location"), "");
    follow(&ada, "10.4321/secret").await.expect(302);
}

#[tokio::test]
async fn the_doi_of_a_deleted_record_leads_to_its_tombstone() {
    let (site, ada) = site().await;
    let record = publish(&ada, &minimal()).await;
    let id = record["id"].as_str().unwrap();
    site.admin()
        .send("DELETE", format!("/api/records/{id}/delete"), json!({"removal_reason": {"id": "spam"}}))
        .await
        .expect(204);
    for doi in
        [format!("10.5072/{id}"), record["parent"]["pids"]["doi"]["identifier"].as_str().unwrap().into()]
    {
        let answer = follow(&site.nobody(), &doi).await.expect(302);
        assert_eq!(answer.header("location"), format!("https://cairn.test/records/{id}"));
    }
}
