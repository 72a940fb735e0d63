//! The OAI identifier belongs to what is public; notes of administrators are theirs.

use serde_json::json;

use super::{publish, site};
use crate::{drafts::path, support::minimal};

#[tokio::test]
async fn a_restricted_record_gets_its_oai_identifier_once_it_is_public() {
    let (_, ada) = site().await;
    let hidden = publish(&ada, "Hidden", true).await;
    assert_eq!(hidden["pids"], json!({}));
    ada.post(path(&hidden, "draft"), ()).await.expect(201);
    let mut body = hidden.clone();
    body["access"] = json!({"record": "public", "files": "public"});
    ada.put(path(&hidden, "draft"), body).await.expect(200);
    let publication = format!("{}/actions/publish", path(&hidden, "draft"));
    let shown = ada.post(publication, ()).await.expect(202).json();
    assert_eq!(
        shown["pids"]["oai"]["identifier"],
        format!("oai:cairn.test:{}", hidden["id"].as_str().unwrap())
    );
}

#[tokio::test]
async fn internal_notes_are_for_administrators() {
    let (site, ada) = site().await;
    let mut body = minimal();
    body["internal_notes"] = json!([{"note": "x"}]);
    ada.post("/api/records", body.clone()).await.expect(403);
    site.admin().post("/api/records", body).await.expect(201);
    let record = publish(&ada, "Noted", false).await;
    assert!(record.get("internal_notes").is_none());
    let seen = site.admin().get(path(&record, "self")).await.expect(200).json();
    assert_eq!(seen["internal_notes"], json!([]));
}
