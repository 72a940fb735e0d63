//! Depositions: Zenodo's interface for depositing.

mod create;
mod delete;
mod discard;
mod edit;
mod list;
mod new_version;
mod publish;
mod quickstart;
mod read;
mod update;

use serde_json::{Value, json};

use crate::support::{Answer, Site, User};

pub(crate) const LIST: &str = "/api/deposit/depositions";

/// What can be published, once there is a file.
pub(crate) fn metadata() -> Value {
    json!({"metadata": {
        "title": "My first upload",
        "upload_type": "dataset",
        "description": "This is my first upload",
        "creators": [{"name": "Doe, John", "affiliation": "Zenodo"}],
        "version": "1",
    }})
}

/// A site, a depositor, and a deposition of theirs.
pub(crate) async fn with_deposition() -> (Site, User, Value) {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let deposition = ada.post(LIST, metadata()).await.expect(201).json();
    (site, ada, deposition)
}

/// Where a link leads.
pub(crate) fn to(deposition: &Value, link: &str) -> String {
    deposition["links"][link].as_str().unwrap_or_else(|| panic!("no link {link}: {deposition}")).to_owned()
}

/// Sends a file to the bucket.
pub(crate) async fn send(user: &User, deposition: &Value, key: &str, bytes: &[u8]) -> Value {
    let file = format!("{}/{key}", to(deposition, "bucket"));
    user.with("content-type", "").put(file, bytes.to_vec()).await.expect(201).json()
}

/// A published deposition with a file.
pub(crate) async fn published() -> (Site, User, Value) {
    let (site, ada, deposition) = with_deposition().await;
    send(&ada, &deposition, "a.txt", b"a file").await;
    let published = ada.post(to(&deposition, "publish"), ()).await.expect(202).json();
    (site, ada, published)
}

/// `field: message` of every problem.
pub(crate) fn problems(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    assert_eq!((&json["status"], &json["message"]), (&json!(400), &json!("Validation error.")), "{json}");
    let line =
        |one: &Value| format!("{}: {}", one["field"].as_str().unwrap(), one["message"].as_str().unwrap());
    json["errors"].as_array().unwrap().iter().map(line).collect()
}

/// Something to do an operation to, and a body that makes sense.
pub(crate) async fn plausible(
    owner: &User,
    service: &str,
    verb: &str,
    path: &str,
) -> (String, Option<Value>) {
    let mut body = metadata();
    body["metadata"]["access_right"] = json!("restricted");
    let deposition = owner.post(LIST, &body).await.expect(201).json();
    send(owner, &deposition, "a.txt", b"a file").await;
    if service == "deposits" && ["edit", "discard", "new_version"].contains(&verb) {
        owner.post(to(&deposition, "publish"), ()).await.expect(202);
    }
    if verb == "discard" {
        owner.post(to(&deposition, "edit"), ()).await.expect(201);
    }
    let files = owner.get(to(&deposition, "files")).await.expect(200).json();
    let path = path.replace("{id}", deposition["id"].as_str().unwrap()).replace("{key+}", "a.txt");
    (path.replace("{file}", files[0]["id"].as_str().unwrap()), Some(body))
}

/// Depositions along every path they have.
pub(crate) async fn everything(site: &Site, ada: &User) {
    let mut body = metadata();
    body["metadata"]["doi"] = json!("10.1234/deposit");
    let once = ada.with("idempotency-key", "deposits");
    let first = once.post(LIST, &body).await.expect(201).json();
    once.post(LIST, &body).await.expect(201);
    ada.put(to(&first, "self"), &body).await.expect(200);
    let large = vec![7; 5_000_000];
    for bytes in [&b"small"[..], &large, b"small again"] {
        send(ada, &first, "a.bin", bytes).await;
        ada.get(format!("{}/a.bin", to(&first, "bucket"))).await.expect(200);
        let files = ada.get(to(&first, "files")).await.expect(200).json();
        ada.get(&files[0]["links"]["self"]).await.expect(200);
    }
    let draft = format!("/api/records/{}/draft", first["id"].as_str().unwrap());
    let parts = crate::needs::parts("parts", 2, 5_242_880, 5_242_881);
    ada.post(format!("{draft}/files"), parts).await.expect(201);
    let previewed = async || {
        send(ada, &first, "a.bin", b"small").await;
        let mut body = ada.get(&draft).await.expect(200).json();
        body["files"]["default_preview"] = json!("a.bin");
        ada.put(&draft, body).await.expect(200);
        ada.get(to(&first, "files")).await.expect(200).json()[0]["links"]["self"].clone()
    };
    let file = previewed().await;
    ada.get(&file).await.expect(200);
    ada.delete(&file).await.expect(204);
    for name in ["a.bin", "parts"] {
        previewed().await;
        ada.delete(format!("{}/{name}", to(&first, "bucket"))).await.expect(204);
    }
    previewed().await;
    send(ada, &first, "a.bin", &large).await;
    let record = once.post(to(&first, "publish"), ()).await.expect(202).json();
    ada.get(format!("{}/a.bin", to(&record, "bucket"))).await.expect(200);
    for _ in 0..2 {
        ada.post(to(&record, "newversion"), ()).await.expect(201);
    }
    ada.post(to(&record, "edit"), ()).await.expect(201);
    ada.get(to(&record, "self")).await.expect(200);
    ada.post(to(&record, "discard"), ()).await.expect(201);
    ada.post(to(&record, "edit"), ()).await.expect(201);
    ada.delete(to(&record, "self")).await.expect(204);
    ada.get(to(&record, "self")).await.expect(200);
    let other = ada.post(LIST, json!({})).await.expect(201).json();
    ada.delete(to(&other, "self")).await.expect(204);
    site.settle().await;
    ada.get(LIST).await.expect(200);
}
