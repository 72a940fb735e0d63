//! DOIs are made when a record becomes public, and stay.

use serde_json::{Value, json};

use super::{KEPT, draft, external, managed, publish, site, with_doi};
use crate::{drafts::path, support::minimal};

const PUBLISHER: &str = "metadata.publisher: Missing publisher field required for DOI registration.";

#[tokio::test]
async fn a_public_record_gets_a_doi_and_so_do_all_its_versions() {
    let (site, ada) = site().await;
    let first = publish(&ada, &minimal()).await;
    assert_eq!(first["pids"]["doi"], managed(&first["id"]));
    let concept = json!({"doi": managed(&first["parent"]["id"])});
    assert_eq!(first["parent"]["pids"], concept);
    let doi = format!("10.5072/{}", first["parent"]["id"].as_str().unwrap());
    assert_eq!(first["links"]["parent_doi"], format!("https://handle.test.datacite.org/{doi}"));
    assert_eq!(first["links"]["parent_doi_html"], format!("https://cairn.test/doi/{doi}"));
    let next = ada.post(path(&first, "versions"), ()).await.expect(201).json();
    assert_eq!((&next["pids"], &next["parent"]["pids"]), (&json!({}), &concept));
    ada.put(path(&next, "self"), minimal()).await.expect(200);
    let second = ada.post(path(&next, "publish"), ()).await.expect(202).json();
    assert_eq!(second["pids"]["doi"], managed(&second["id"]));
    assert_eq!(second["parent"]["pids"], concept);
    let exported = site.nobody().with("accept", "application/vnd.datacite.datacite+json");
    let exported = exported.get(path(&second, "self")).await.expect(200).json();
    let row =
        json!({"relatedIdentifier": doi, "relationType": "IsVersionOf", "relatedIdentifierType": "DOI"});
    assert_eq!(exported["relatedIdentifiers"], json!([row]));
}

#[tokio::test]
async fn a_registry_wants_to_know_who_publishes() {
    let (_site, ada) = site().await;
    let empty = draft(&ada, &json!({})).await;
    let problems =
        json!([{"field": "metadata.publisher", "messages": [PUBLISHER.split_once(": ").unwrap().1]}]);
    assert_eq!(empty["errors"], problems);
    let mut body = minimal();
    body["metadata"]["publisher"] = json!("");
    let unnamed = draft(&ada, &body).await;
    assert_eq!(unnamed["errors"], problems);
    let refused = ada.post(path(&unnamed, "publish"), ()).await.expect(400);
    assert_eq!(refused.errors(), [PUBLISHER]);
    body["pids"] = json!({"doi": external("10.4321/a")});
    let saved = ada.put(path(&unnamed, "self"), body).await.expect(200).json();
    assert_eq!(saved.get("errors"), None);
    ada.post(path(&unnamed, "publish"), ()).await.expect(202);
}

#[tokio::test]
async fn what_is_restricted_has_no_doi_until_it_is_public() {
    let (_site, ada) = site().await;
    let mut body = minimal();
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    let hidden = draft(&ada, &body).await;
    ada.post(path(&hidden, "reserve_doi"), ()).await.expect(201);
    let record = ada.post(path(&hidden, "publish"), ()).await.expect(202).json();
    assert_eq!((&record["pids"], &record["parent"]["pids"]), (&json!({}), &json!({})));
    body["access"] = json!({"record": "public", "files": "public"});
    ada.post(path(&record, "draft"), ()).await.expect(201);
    ada.put(path(&record, "draft"), &body).await.expect(200);
    let open = ada.post(path(&hidden, "publish"), ()).await.expect(202).json();
    assert_eq!(open["pids"]["doi"], managed(&record["id"]));
    assert_eq!(open["parent"]["pids"]["doi"], managed(&record["parent"]["id"]));
    assert_eq!(ada.get(path(&record, "self")).await.json()["parent"]["pids"], open["parent"]["pids"]);
    // Once it has a DOI, it keeps it.
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    ada.post(path(&record, "draft"), ()).await.expect(201);
    ada.put(path(&record, "draft"), &body).await.expect(200);
    let closed = ada.post(path(&hidden, "publish"), ()).await.expect(202).json();
    assert_eq!(closed["pids"], open["pids"]);
}

#[tokio::test]
async fn a_restricted_record_keeps_a_doi_that_others_made() {
    let (_site, ada) = site().await;
    let mut body = with_doi(&external("10.4321/a"));
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    let record = publish(&ada, &body).await;
    assert_eq!(record["pids"], json!({"doi": external("10.4321/a")}));
    assert_eq!(record["parent"]["pids"], json!({}));
}

#[tokio::test]
async fn a_doi_of_this_site_is_not_exchanged() {
    let (_site, ada) = site().await;
    let record = publish(&ada, &minimal()).await;
    let (edit, publish) = (path(&record, "draft"), format!("{}/actions/publish", path(&record, "draft")));
    let other = json!({"identifier": "10.5072/other", "provider": "datacite"});
    let same = json!({"identifier": record["pids"]["doi"]["identifier"], "provider": "external"});
    for doi in [other, same, external("10.4321/a"), external("not-a-doi")] {
        ada.post(&edit, ()).await.expect(201);
        let saved = ada.put(&edit, with_doi(&doi)).await.expect(200).json();
        assert_eq!(saved.get("errors"), None, "{doi}");
        assert_eq!(saved["pids"]["doi"]["identifier"], doi["identifier"]);
        assert_eq!(ada.post(&publish, ()).await.expect(400).errors(), [KEPT], "{doi}");
        ada.delete(&edit).await.expect(204);
    }
    ada.post(&edit, ()).await.expect(201);
    let mut body = minimal();
    body["pids"] = json!({});
    assert_eq!(ada.put(&edit, body).await.expect(200).json()["pids"], json!({}));
    let again = ada.post(&publish, ()).await.expect(202).json();
    assert_eq!(again["pids"], record["pids"]);
    assert_eq!(again["parent"], record["parent"]);
}

#[tokio::test]
async fn what_is_brought_may_not_look_like_what_is_made_here() {
    let (site, ada) = site().await;
    let problems = async |user: &crate::support::User, doi: Value| {
        user.post("/api/records", with_doi(&doi)).await.expect(201).errors()
    };
    let managed = "pids.doi: The prefix '10.5072' is managed by Cairn. Please supply an external DOI or select 'No' to \
                   have a DOI generated for you.";
    assert_eq!(problems(&ada, external("https://doi.org/10.5072/a")).await, [managed]);
    assert!(problems(&ada, external("10.50721/a")).await.is_empty());
    assert_eq!(problems(&ada, external("")).await, ["pids.doi: Missing DOI for required field."]);
    let with_client = json!({"identifier": "10.4321/a", "provider": "external", "client": "datacite"});
    assert_eq!(problems(&ada, with_client).await, ["pids.doi: An external DOI has no client: remove it."]);
    let of = |provider: &str, identifier: &str| json!({"identifier": identifier, "provider": provider});
    assert_eq!(problems(&ada, of("nosuch", "10.4321/a")).await, ["pids.doi: Unknown PID provider nosuch"]);
    let wrong =
        "pids.doi: Wrong DOI 10.4321/a prefix provided, it should be 10.5072 as defined in the rest client";
    assert_eq!(problems(&ada, of("datacite", "10.4321/a")).await, [wrong]);
    // Nobody takes the DOI of a record that is still to come; administrators bring those of another system.
    assert_eq!(problems(&ada, of("datacite", "10.5072/zege4-jwk51")).await, ["pids.doi: Invalid DOI"]);
    let older = with_doi(&of("datacite", "10.5072/zege4-jwk51"));
    let record = publish(&site.admin(), &older).await;
    assert_eq!(record["pids"]["doi"]["identifier"], "10.5072/zege4-jwk51");
    assert_eq!(record["pids"]["doi"]["client"], "datacite");
    let again = draft(&site.admin(), &older).await;
    assert_eq!(again["errors"][0]["messages"], json!(["doi:10.5072/zege4-jwk51 already exists."]));
}

#[tokio::test]
async fn what_is_refused_stays_as_it_was_sent() {
    let (_site, ada) = site().await;
    let first = publish(&ada, &with_doi(&external("https://doi.org/10.4321/A"))).await;
    let second = draft(&ada, &with_doi(&external("https://doi.org/10.4321/A"))).await;
    for sent in ["https://doi.org/10.4321/A", "doi:10.4321/a", "https://doi.org/10.5072/a", "not one"] {
        let draft = draft(&ada, &with_doi(&external(sent))).await;
        assert_eq!(draft["pids"]["doi"], external(sent), "{draft}");
        assert_eq!(draft["errors"][0]["field"], "pids.doi");
        let again =
            ada.put(path(&draft, "self"), with_doi(&external(" doi:10.4321/B"))).await.expect(200).json();
        assert_eq!(
            (&again["pids"]["doi"], &again["errors"]),
            (&external("10.4321/B"), &json!(null)),
            "{again}"
        );
    }
    // The other record gives it up.
    let edit = ada.post(path(&first, "draft"), ()).await.expect(201).json();
    ada.put(path(&edit, "self"), with_doi(&external("10.4321/C"))).await.expect(200);
    ada.post(path(&edit, "publish"), ()).await.expect(202);
    let second = ada.post(path(&second, "publish"), ()).await.expect(202).json();
    assert_eq!(second["pids"]["doi"], external("10.4321/A"));
}

#[tokio::test]
async fn a_doi_that_others_made_may_follow_one_of_this_site_and_go_before_it() {
    let (site, ada) = site().await;
    let first = publish(&ada, &with_doi(&external("10.4321/a"))).await;
    assert_eq!(first["parent"]["pids"], json!({}));
    let version = async |body: Value| {
        let next = ada.post(path(&first, "versions"), ()).await.expect(201).json();
        ada.put(path(&next, "self"), body).await.expect(200);
        ada.post(path(&next, "publish"), ()).await.expect(202).json()
    };
    let second = version(with_doi(&external("10.4321/b"))).await;
    assert_eq!(second["parent"]["pids"], json!({}));
    let third = version(minimal()).await;
    let concept = json!({"doi": managed(&first["parent"]["id"])});
    assert_eq!(third["parent"]["pids"], concept);
    // The earlier versions are found with it, too.
    site.settle().await;
    let found = ada.get("/api/records?allversions=true").await.json();
    let every = found["hits"]["hits"].as_array().unwrap();
    assert_eq!(every.len(), 3);
    assert!(every.iter().all(|hit| hit["parent"]["pids"] == concept));
    // What is left out is what it was.
    ada.post(path(&first, "draft"), ()).await.expect(201);
    let mut body = minimal();
    body["pids"] = json!({});
    ada.put(path(&first, "draft"), body).await.expect(200);
    let again = ada.post(format!("{}/actions/publish", path(&first, "draft")), ()).await.expect(202).json();
    assert_eq!(again["pids"]["doi"], external("10.4321/a"));
}
