//! A whole identifier, typed as a search, finds its record.

use serde_json::json;

use super::{publish, site, titles, two_versions};
use crate::{drafts::path, support::minimal};

#[tokio::test]
async fn a_doi_an_orcid_or_a_url_finds_its_record() {
    let (site, ada) = site().await;
    let mut body = minimal();
    body["pids"] = json!({"doi": {"identifier": "10.4321/w.Fine", "provider": "external"}});
    body["metadata"]["identifiers"] = json!([{"scheme": "url", "identifier": "https://example.org/p/wx"}]);
    body["metadata"]["creators"] = json!([{"person_or_org": {"type": "personal", "family_name": "L", "identifiers":
        [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}]}}]);
    for body in [body, minimal()] {
        let draft = ada.post("/api/records", body).await.expect(201).json();
        ada.post(path(&draft, "publish"), ()).await.expect(202);
    }
    site.settle().await;
    for text in [
        "10.4321/w.Fine",
        "https://doi.org/10.4321/w.Fine",
        "0000-0002-1825-0097",
        "https://example.org/p/wx",
    ] {
        for q in [text.to_owned(), format!("\"{text}\""), format!(" {text} ")] {
            let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
            let found = ada.get(format!("/api/records?q={q}")).await.expect(200).json();
            assert_eq!(found["hits"]["total"], 1, "{q}");
        }
    }
    for q in ["10.4321%2Fother", "0000-0002-1825-0098", "https%3A%2F%2Fexample.org%2Fq"] {
        let found = ada.get(format!("/api/records?q={q}")).await.expect(200).json();
        assert_eq!(found["hits"]["total"], 0, "{q}");
    }
}

#[tokio::test]
async fn the_doi_of_all_versions_finds_the_latest() {
    let (site, ada) = site().await;
    publish(&ada, "Another", false).await;
    let (_, second) = two_versions(&ada, ("First", false), ("Second", false)).await;
    site.settle().await;
    let doi = second["parent"]["pids"]["doi"]["identifier"].as_str().unwrap();
    assert_eq!(doi, format!("10.5072/{}", second["parent"]["id"].as_str().unwrap()));
    let find = |q: &str| {
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        let (nobody, path) = (site.nobody(), format!("/api/records?sort=oldest&q={q}"));
        async move { nobody.get(path).await.expect(200).json() }
    };
    for q in [
        format!("parent.pids.doi.identifier:\"{doi}\""),
        format!("parent.pids.doi.identifier.keyword:\"{doi}\" AND second"),
        doi.to_owned(),
        format!("\"{doi}\""),
        format!("https://doi.org/{doi}"),
    ] {
        assert_eq!(titles(&find(&q).await), ["Second"], "{q}");
    }
    assert_eq!(titles(&find("_exists_:parent.pids.doi.identifier").await), ["Another", "Second"]);
    assert_eq!(find("parent.pids.doi.identifier:\"10.5072/other\"").await["hits"]["total"], 0);
    let all =
        ada.get(format!("/api/records?allversions=true&sort=oldest&q=%22{doi}%22")).await.expect(200).json();
    assert_eq!(titles(&all), ["First", "Second"]);
}
