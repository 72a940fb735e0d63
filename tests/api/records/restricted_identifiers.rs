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
    let seen = site.admin().get(path(&record, "self")).await.expect(200).json();
    assert_eq!(seen["internal_notes"], json!([]));
    let draft = site.admin().post(path(&record, "draft"), ()).await.expect(201).json();
    let mut body = minimal();
    body["internal_notes"] = json!([{"note": "<p onclick=\"x\">Ask <b>Ada</b></p>"}, {"note": 7}, {}, "x"]);
    let saved = site.admin().put(path(&draft, "self"), body.clone()).await.expect(200);
    assert_eq!(
        saved.errors(),
        [
            "internal_notes.1.note: Not a valid string.",
            "internal_notes.2.note: Missing data for required field.",
            "internal_notes.3._schema: Invalid input type.",
        ]
    );
    let note = saved.json()["internal_notes"][0].clone();
    assert_eq!(note["note"], "<p>Ask <b>Ada</b></p>");
    assert!(note["id"].is_string() && note["timestamp"].is_string() && note["added_by"]["user"].is_string());
    body["internal_notes"] = json!([{"id": note["id"], "note": "Asked"}, {"note": "New"}]);
    site.admin().put(path(&draft, "self"), body).await.expect(200);
    // Who may not see them does not lose them by saving.
    ada.put(path(&draft, "self"), minimal()).await.expect(200);
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    let seen = site.admin().get(path(&record, "self")).await.expect(200).json();
    let notes = seen["internal_notes"].as_array().unwrap();
    assert_eq!(notes.len(), 2);
    assert_eq!((&notes[0]["note"], &notes[0]["timestamp"]), (&json!("Asked"), &note["timestamp"]));
    site.settle().await;
    for hits in [
        ada.get("/api/records").await.json(),
        ada.get("/api/records?q=internal_notes.note:Asked").await.json(),
    ] {
        assert!(!hits["hits"].to_string().contains("Asked"), "{hits}");
    }
    let record = publish(&ada, "Without", false).await;
    assert!(record.get("internal_notes").is_none());
    let seen = site.admin().get(path(&record, "self")).await.expect(200).json();
    assert_eq!(seen["internal_notes"], json!([]));
}
