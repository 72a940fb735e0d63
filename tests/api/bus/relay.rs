//! The guarantee behind the direct write to the index: what a process committed and could not index is indexed.

use std::sync::Arc;

use cairn_core::Settings;
use cairn_embedded::search::TantivyIndex;
use cairn_local::gateway::Gateway;
use cairn_model::kinds::mappings;
use cairn_ports::Ports;
use serde_json::json;

use crate::{
    drafts::path,
    support::{Site, User, minimal},
};

/// The same person, served by a process whose writes to the index never arrive.
fn without_index(site: &Site, user: &User) -> User {
    let lost = Arc::new(TantivyIndex::in_memory(&mappings()).unwrap());
    let ports = Ports { search: lost, ..site.system.shared.ports.clone() };
    let settings = Settings::new("https://cairn.test", "cairn.test");
    user.through(Arc::new(Gateway::new(&cairn_api::all().collect::<Vec<_>>(), &ports, &settings)))
}

async fn titles(user: &User) -> Vec<String> {
    let found = user.get("/api/user/records?sort=newest").await.expect(200).json();
    let hits = found["hits"]["hits"].as_array().unwrap();
    hits.iter().map(|hit| hit["metadata"]["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn of_several_events_of_a_draft_the_newest_counts() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let mut body = minimal();
    body["metadata"]["title"] = json!("Written where the index was down");
    without_index(&site, &ada).put(path(&draft, "self"), body).await.expect(200);
    assert_eq!(titles(&ada).await.len(), 1);
    assert_ne!(titles(&ada).await, ["Written where the index was down"], "or the test shows nothing");
    site.settle().await;
    assert_eq!(titles(&ada).await, ["Written where the index was down"]);
}

#[tokio::test]
async fn what_was_only_committed_is_found_after_the_relay() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let elsewhere = without_index(&site, &ada);
    let kept = elsewhere.post("/api/records", minimal()).await.expect(201).json();
    let dropped = elsewhere.post("/api/records", minimal()).await.expect(201).json();
    elsewhere.delete(path(&dropped, "self")).await.expect(204);
    assert!(titles(&ada).await.is_empty());
    site.settle().await;
    assert_eq!(titles(&ada).await.len(), 1);
    elsewhere.delete(path(&kept, "self")).await.expect(204);
    site.settle().await;
    assert!(titles(&ada).await.is_empty());
}
