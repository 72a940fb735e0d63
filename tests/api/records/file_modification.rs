//! `POST /api/records/{id}/file-modification`: `records.file_modification`

use serde_json::json;

use super::site;
use crate::{
    drafts::path,
    support::{
        files::{send, with_files},
        minimal,
    },
};

const COMMENT: &str = "The table had a column too many.";

#[tokio::test]
async fn files_of_a_published_record_change_once_administrators_say_so() {
    let (site, ada) = site().await;
    let draft = ada.post("/api/records", with_files()).await.expect(201).json();
    let this = path(&draft, "self");
    send(&ada, &format!("{this}/files"), "a.txt", b"before").await;
    let record = ada.post(path(&draft, "publish"), ()).await.expect(202).json();
    let address = path(&record, "self");
    let ask = format!("{address}/file-modification");
    let missing = site.admin().post(&ask, json!({"comment": COMMENT})).await.expect(404).json();
    assert_eq!(missing["message"], "Not found.");
    ada.post(&this, ()).await.expect(201);
    ada.delete(format!("{this}/files/a.txt")).await.expect(403);
    for who in [&site.nobody(), &ada] {
        who.post(&ask, json!({"comment": "short"})).await.expect(403);
    }
    let short = site.admin().post(&ask, json!({"comment": "short"})).await.expect(400).errors();
    assert_eq!(short, ["comment: Shorter than minimum length 25."]);
    let request = site.admin().post(&ask, json!({"comment": COMMENT})).await.expect(200).json();
    let payload = json!({"comment": COMMENT, "policy_id": "file-modification-admin-v1"});
    assert_eq!((&request["type"], &request["status"]), (&json!("file-modification"), &json!("accepted")));
    assert_eq!(request["payload"], payload);
    site.admin().post(&ask, json!({"comment": COMMENT})).await.expect(200);
    ada.delete(format!("{this}/files/a.txt")).await.expect(204);
    send(&ada, &format!("{this}/files"), "b.txt", b"after").await;
    assert_eq!(
        site.nobody().get(format!("{address}/files/a.txt/content")).await.expect(200).text(),
        "before"
    );
    ada.post(format!("{this}/actions/publish"), ()).await.expect(202);
    site.nobody().get(format!("{address}/files/a.txt")).await.expect(404);
    assert_eq!(site.nobody().get(format!("{address}/files/b.txt/content")).await.expect(200).text(), "after");
    // The next draft is locked again.
    ada.post(&this, ()).await.expect(201);
    ada.delete(format!("{this}/files/b.txt")).await.expect(403);
}

#[tokio::test]
async fn what_was_never_published_needs_no_unlocking() {
    let (site, ada) = site().await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let ask = format!("/api/records/{}/file-modification", draft["id"].as_str().unwrap());
    site.admin().post(&ask, json!({"comment": COMMENT})).await.expect(404);
}
