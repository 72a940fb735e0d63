//! Operations on the audit log.

mod keep;
mod read;
mod search;

use serde_json::{Value, json};

use crate::support::{Site, User};

/// Entries of the log that a search finds, the oldest first.
async fn found(site: &Site, q: &str) -> Vec<Value> {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish();
    let path = format!("/api/audit-logs/?sort=oldest&size=1000&{query}");
    let log = site.admin().get(path).await.expect(200).json();
    log["hits"]["hits"].as_array().unwrap().clone()
}

/// The id of an entry.
pub(crate) async fn some(site: &Site) -> String {
    site.admin().post("/api/records", json!({})).await.expect(201);
    site.settle().await;
    found(site, "").await[0]["id"].as_str().unwrap().to_owned()
}

/// What entries are called that a search finds, the oldest first.
async fn actions(site: &Site, q: &str) -> Vec<String> {
    let entries = found(site, q).await;
    entries.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// A site, and a record that somebody has published there.
async fn published() -> (Site, User, Value) {
    let site = Site::start().await;
    let ada = site.user("ada").await.from([192, 0, 2, 7]);
    let draft = ada.post("/api/records", crate::support::minimal()).await.expect(201).json();
    let publish = crate::drafts::path(&draft, "publish");
    let record = ada.post(publish, ()).await.expect(202).json();
    site.settle().await;
    (site, ada, record)
}
