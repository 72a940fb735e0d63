//! Operations on files: of drafts and of records, files and media files.

mod archive;
mod bodies;
mod commit;
mod container;
mod content;
mod delete;
mod delete_all;
mod download;
mod fetch;
mod hostile;
mod import;
mod inbox;
mod links;
mod list;
mod migrate;
mod origin;
mod parts;
mod quota;
mod quota_race;
mod read;
mod start;
mod update;
pub(crate) mod upkeep;
mod web;

use serde_json::Value;

use crate::support::{Site, User, files};

/// A site, an owner, and the list of files of a draft of theirs.
async fn with_files() -> (Site, User, String) {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = files::draft(&ada).await;
    (site, ada, format!("/api/records/{id}/draft/files"))
}

/// Names of entries, in their order.
fn keys(list: &Value) -> Vec<&str> {
    list["entries"].as_array().unwrap().iter().map(|entry| entry["key"].as_str().unwrap()).collect()
}
