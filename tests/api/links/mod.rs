//! Operations on secret links.

mod create;
mod delete;
mod list;
mod read;
mod update;

use serde_json::{Value, json};

use crate::support::{
    Site, User,
    files::{send, with_files},
};

/// A site, an owner, somebody else, and a restricted record with a file.
pub(crate) async fn secret() -> (Site, User, User, String) {
    let site = Site::start().await;
    let (ada, eve) = (site.user("ada").await, site.user("eve").await);
    let record = secret_of(&ada).await;
    (site, ada, eve, record)
}

/// The path of a restricted record with a file.
async fn secret_of(owner: &User) -> String {
    let mut body = with_files();
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    let draft = owner.post("/api/records", body).await.expect(201).json();
    let record = format!("/api/records/{}", draft["id"].as_str().unwrap());
    send(owner, &format!("{record}/draft/files"), "a.txt", b"a secret").await;
    owner.post(format!("{record}/draft/actions/publish"), ()).await.expect(202);
    record
}

/// A new link to a record.
async fn link(owner: &User, record: &str, permission: &str) -> Value {
    let body = json!({"permission": permission});
    owner.post(format!("{record}/access/links"), body).await.expect(201).json()
}

/// The path of something, asked for by a link.
fn by(path: &str, link: &Value) -> String {
    format!("{path}?token={}", link["token"].as_str().unwrap())
}
