//! `POST /api/records/{id}/file-modification`: `records.file_modification`

use serde_json::json;

use super::site;
use crate::{
    drafts::path,
    support::{
        Extension, Site,
        files::{send, with_files},
        minimal,
    },
};

const COMMENT: &str = "The table had a column too many.";
const DAY: i64 = 24 * 3_600;

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

#[tokio::test]
async fn owners_change_files_for_a_while_where_the_site_lets_them() {
    let site = Site::with(&Extension { file_modification_days: 30, ..Extension::default() }).await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", with_files()).await.expect(201).json();
    let this = path(&draft, "self");
    send(&ada, &format!("{this}/files"), "a.txt", b"before").await;
    let record = ada.post(path(&draft, "publish"), ()).await.expect(202).json();
    let ask = format!("{}/file-modification", path(&record, "self"));
    site.nobody().post(&ask, json!({"comment": COMMENT})).await.expect(404);
    ada.post(&this, ()).await.expect(201);
    for who in [site.nobody(), site.user("eve").await] {
        who.post(&ask, json!({"comment": COMMENT})).await.expect(403);
    }
    ada.post(&ask, json!({"comment": "short"})).await.expect(400);
    ada.delete(format!("{this}/files/a.txt")).await.expect(403);
    let request = ada.post(&ask, json!({"comment": COMMENT})).await.expect(200).json();
    assert_eq!(request["payload"]["policy_id"], "file-modification-grace-period-v1");
    ada.delete(format!("{this}/files/a.txt")).await.expect(204);
    send(&ada, &format!("{this}/files"), "b.txt", b"after").await;
    assert!(ada.get(&this).await.json()["files"].get("until").is_none());

    site.clock.advance(46 * DAY);
    let late = ada.post(path(&draft, "publish"), ()).await.expect(400).json();
    let message = "File modification grace period has passed. Please discard this draft to make any changes.";
    assert_eq!(late["message"], message);
    ada.post(&ask, json!({"comment": COMMENT})).await.expect(403);
    // Administrators may at any time, and what they let be changed has no limit.
    site.admin().post(&ask, json!({"comment": COMMENT})).await.expect(200);
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    assert_eq!(
        site.nobody().get(format!("{}/files", path(&record, "self"))).await.json()["entries"][0]["key"],
        "b.txt"
    );
}
