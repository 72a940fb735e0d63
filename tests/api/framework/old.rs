//! Specimens of the first schema, stored before any of this was written.

use cairn_model::{Pid, Revision};
use cairn_ports::{Expect, Item};
use serde_json::json;

use super::{KINDS, museum};
use crate::support::Site;

/// Stores a specimen as the first version did; with an event, as if the process had died before indexing.
async fn stored_long_ago(site: &Site, event: bool) -> String {
    let shared = &site.system.shared;
    let (pid, parent) = (Pid::from_number(1), Pid::from_number(2));
    let record = json!({
        "$schema": "specimens/specimen-v1.json", "created": "1999-12-31T00:00:00Z", "updated": "1999-12-31T00:00:00Z",
        "parent": parent.as_str(), "versions": {"index": 1},
        "name": "Old jaw", "condition": "DAMAGED", "accession": "M-0",
    });
    let holding = json!({
        "$schema": "specimens/holding-v1.json", "created": "1999-12-31T00:00:00Z", "updated": "1999-12-31T00:00:00Z",
        "keeper": {"user": "1"}, "versions": {"latest": {"id": pid.as_str(), "index": 1}},
    });
    let mut work = shared.work();
    work.put(Item::new(KINDS.record_key(pid.as_str()), Revision(1), record), Expect::Absent);
    work.put(Item::new(KINDS.parent_key(parent.as_str()), Revision(1), holding), Expect::Absent);
    if event {
        let system = cairn_model::Identity::system();
        let (subject, data) = (KINDS.subject(pid.as_str()), json!({"index_version": 2}));
        work.emit(shared.event("specimen.published", subject, &system, Revision(2), data));
    }
    shared.ports.store.commit(&work).await.unwrap();
    pid.as_str().to_owned()
}

async fn found(site: &Site) -> u64 {
    site.nobody().get("/api/specimens?q=jaw").await.expect(200).json()["hits"]["total"].as_u64().unwrap()
}

#[tokio::test]
async fn they_are_read_in_the_present_schema() {
    let site = museum().await;
    let id = stored_long_ago(&site, false).await;
    let seen = site.nobody().get(format!("/api/specimens/{id}")).await.expect(200).json();
    assert_eq!(seen["label"], "Old jaw");
    assert_eq!(seen["condition"]["state"], "damaged", "upcast, then lower-cased as it was loaded");
    let admin = site.user_as("cora", &[super::CURATOR]).await;
    let draft = format!("/api/specimens/{id}/draft");
    admin.post(&draft, ()).await.expect(201);
    admin.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    let stored = site.system.shared.ports.store.get(&KINDS.record_key(&id)).await.unwrap().unwrap();
    assert_eq!(stored.body["$schema"], "specimens/specimen-v2.json");
}

#[tokio::test]
async fn the_outbox_brings_them_to_the_index() {
    let site = museum().await;
    stored_long_ago(&site, true).await;
    assert_eq!(found(&site).await, 0);
    site.settle().await;
    assert_eq!(found(&site).await, 1);
}

#[tokio::test]
async fn an_index_made_anew_has_them() {
    let site = museum().await;
    stored_long_ago(&site, false).await;
    site.settle().await;
    assert_eq!(found(&site).await, 0);
    site.system.rebuild_index().await.unwrap();
    assert_eq!(found(&site).await, 1);
}
