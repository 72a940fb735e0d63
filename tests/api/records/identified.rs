//! A whole identifier, typed as a search, finds its record.

use serde_json::json;

use super::site;
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
