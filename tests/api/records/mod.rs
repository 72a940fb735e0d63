//! Operations on published records.

mod bury;
mod cite;
mod custom_fields;
mod custom_vocabularies;
mod delete;
mod diff;
pub(crate) mod embargo;
mod export;
mod file_modification;
mod golden;
mod highlight;
mod identified;
mod latest;
mod page;
mod places;
mod purge;
mod quota_increase;
mod read;
mod request_deletion;
mod restore;
mod restricted_files;
mod restricted_identifiers;
mod revision;
mod revisions;
mod search;
mod search_own;
mod set_quota;
mod unseen;
mod versions;
mod view;

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

/// The draft of a record's next version, with this title; `restricted` ones are for their owner.
async fn next_version(user: &User, record: &Value, title: &str, restricted: bool) -> Value {
    let draft = user.post(path(record, "versions"), ()).await.expect(201).json();
    let mut body = minimal();
    body["metadata"]["title"] = json!(title);
    let access = if restricted { "restricted" } else { "public" };
    body["access"] = json!({"record": access, "files": access});
    user.put(path(&draft, "self"), body).await.expect(200).json()
}

/// A record whose next version was published; the two of them.
async fn two_versions(user: &User, first: (&str, bool), second: (&str, bool)) -> (Value, Value) {
    let before = publish(user, first.0, first.1).await;
    let after = next_version(user, &before, second.0, second.1).await;
    user.post(path(&after, "publish"), ()).await.expect(202);
    (before, after)
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
