//! Operations on published records.

mod delete;
mod golden;
mod identified;
mod latest;
mod read;
mod restricted_identifiers;
mod revision;
mod revisions;
mod search;
mod search_own;
mod versions;

use crate::{
    drafts::path,
    support::{Site, User, minimal},
};
use serde_json::{Value, json};

/// Publishes a record with this title; `restricted` ones are for their owner.
async fn publish(user: &User, title: &str, restricted: bool) -> Value {
    let mut body = minimal();
    body["metadata"]["title"] = json!(title);
    if restricted {
        body["access"] = json!({"record": "restricted", "files": "restricted"});
    }
    let draft = user.post("/api/records", body).await.expect(201).json();
    user.post(path(&draft, "publish"), ()).await.expect(202).json()
}

/// A record that was published, edited and published again.
async fn published_twice(user: &User) -> Value {
    let record = publish(user, "First", false).await;
    let draft = path(&record, "draft");
    user.post(&draft, ()).await.expect(201);
    let mut body = record.clone();
    body["metadata"]["title"] = json!("Second");
    user.put(&draft, body).await.expect(200);
    user.post(format!("{draft}/actions/publish"), ()).await.expect(202).json()
}

/// The titles found, in order.
fn titles(answer: &Value) -> Vec<&str> {
    answer["hits"]["hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["metadata"]["title"].as_str().unwrap())
        .collect()
}

/// A site with an owner.
async fn site() -> (Site, User) {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    (site, ada)
}
