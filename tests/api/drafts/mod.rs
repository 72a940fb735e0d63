//! Operations on drafts.

mod create;
mod delete;
mod edit;
mod expand;
mod gone;
mod new_version;
mod once;
mod publish;
mod race;
mod read;
mod update;

use crate::support::{Site, User, minimal};
use serde_json::Value;

/// A site, an owner, and a draft of theirs that could be published.
async fn with_draft() -> (Site, User, Value) {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    (site, ada, draft)
}

/// The path of a link.
pub(crate) fn path(json: &Value, link: &str) -> String {
    json["links"][link].as_str().unwrap().trim_start_matches("https://cairn.test").to_owned()
}
