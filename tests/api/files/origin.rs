//! Where content is sent that is more than a function takes, and who is told.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Extension, Site, files};

/// An address in the object storage, not in the API.
const SIGNED: &str = "https://files.cairn.test/objects/files/";

fn content(entry: &Value) -> &str {
    entry["links"]["content"].as_str().unwrap()
}

#[tokio::test]
async fn large_content_is_sent_to_a_signed_address_where_somebody_answers_there() {
    let site = Site::with(&Extension { at_edge: true, ..Extension::default() }).await;
    let ada = site.user("ada").await;
    let list = format!("/api/records/{}/draft/files", files::draft(&ada).await);
    let md5 = "md5:8d777f385d3dfec8815d20f7496026dc";
    let body = json!([{"key": "large", "size": 4_000_001}, {"key": "small", "size": 4_000_000}, {"key": "any"},
        {"key": "sure", "size": 4_000_001, "checksum": md5}]);
    let entries = ada.post(&list, body).await.expect(201).json()["entries"].clone();
    assert!(content(&entries[0]).starts_with(SIGNED) && content(&entries[2]).starts_with(SIGNED));
    assert_eq!(content(&entries[1]), format!("https://cairn.test{list}/small/content"));
    assert!(content(&entries[3]).contains("content-md5"), "the checksum is part of what is signed");
    let refused = files::put_signed(&site, content(&entries[0]), b"data".to_vec()).await;
    assert!(refused.is_client_error(), "another length than was declared");
    let listed = ada.get(format!("{list}/any")).await.expect(200).json();
    assert_eq!(files::put_signed(&site, content(&listed), b"data".to_vec()).await, StatusCode::OK);
    let entry = ada.post(format!("{list}/any/commit"), ()).await.expect(200).json();
    assert_eq!((&entry["size"], &entry["checksum"]), (&json!(4), &json!(md5)));
    assert_eq!(content(&entry), format!("https://cairn.test{list}/any/content"));
}

#[tokio::test]
async fn addresses_that_can_be_sent_to_are_for_those_who_may_change_the_draft() {
    let site = Site::with(&Extension { at_edge: true, ..Extension::default() }).await;
    let ada = site.user("ada").await;
    let record = format!("/api/records/{}", files::draft(&ada).await);
    let list = format!("{record}/draft/files");
    let parts = json!({"type": "M", "parts": 2, "part_size": 5_242_880});
    let body = json!([{"key": "any"}, {"key": "parts", "size": 6_000_000, "transfer": parts}]);
    ada.post(&list, body).await.expect(201);
    let link =
        ada.post(format!("{record}/access/links"), json!({"permission": "preview"})).await.expect(201).json();
    let token = link["token"].as_str().unwrap();
    for path in [list.clone(), format!("{list}/any"), format!("{list}/parts")] {
        let asked = format!("{path}?token={token}");
        let seen = site.nobody().get(&asked).await.expect(200).text();
        assert!(!seen.contains("X-Amz-Signature"), "{seen}");
        assert!(ada.get(&path).await.expect(200).text().contains("X-Amz-Signature"));
    }
}
