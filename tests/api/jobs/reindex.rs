//! `reindex`: the index is made anew beside the one that is searched.

use cairn_model::{kinds::records::RECORD, queue::LOW_PRIORITY};
use cairn_ports::search::{Document, Generation};
use serde_json::{Value, json};

use super::{done, job, now, published, run};
use crate::support::{Site, User, minimal};

/// Does one step of whatever is due.
async fn step(site: &Site) {
    site.system.relay().await.unwrap();
    site.poll(&LOW_PRIORITY).await;
}

async fn named(site: &Site, generation: Generation) -> Option<String> {
    let index = RECORD.mapping.unwrap().index;
    site.system.shared.ports.search.named(index, generation).await.unwrap()
}

async fn publish(user: &User) -> String {
    let draft = user.post("/api/records", minimal()).await.expect(201).json();
    user.post(&draft["links"]["publish"], json!({})).await.expect(202);
    draft["id"].as_str().unwrap().to_owned()
}

async fn total(user: &User, query: &str) -> u64 {
    let found = user.get(format!("/api/user/records?q={query}")).await.expect(200).json();
    found["hits"]["total"].as_u64().unwrap()
}

fn is_under_way(run: &Value) -> bool {
    ["QUEUED", "RUNNING"].contains(&run["status"].as_str().unwrap())
}

/// A site with a record, which is found.
async fn with_a_record() -> (Site, User, String) {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = publish(&ada).await;
    site.settle().await;
    (site, ada, id)
}

#[tokio::test]
async fn what_is_written_while_the_index_is_made_anew_is_found_at_once_and_afterwards() {
    let (site, ada, first) = with_a_record().await;
    let before = named(&site, Generation::Live).await;
    let job = job(&site, "reindex", json!({})).await;
    let run = run(&site, &job).await;
    let (mut written, mut steps) = (1, 0);
    while is_under_way(&now(&site, &run).await) {
        step(&site).await;
        steps += 1;
        assert!(steps < 100, "it comes to no end: {:?}", now(&site, &run).await);
        publish(&ada).await;
        written += 1;
        assert_eq!(total(&ada, "is_published:true").await, written, "after step {steps}");
        // A draft that comes and goes, and an edit of what was there first.
        let draft = ada.post("/api/records", minimal()).await.expect(201).json();
        assert_eq!(total(&ada, "is_published:false").await, 1);
        ada.delete(&draft["links"]["self"]).await.expect(204);
        assert_eq!(total(&ada, "is_published:false").await, 0);
        let edit = ada.post(format!("/api/records/{first}/draft"), json!({})).await.expect(201).json();
        let mut body = minimal();
        body["metadata"]["title"] = json!(format!("Edited {steps}"));
        ada.put(&edit["links"]["self"], body).await.expect(200);
        ada.post(&edit["links"]["publish"], json!({})).await.expect(202);
        assert_eq!(total(&ada, &format!("%22Edited+{steps}%22")).await, 1);
    }
    assert!(steps > 5, "it was done in steps");
    let ended = now(&site, &run).await;
    assert_eq!(ended["status"], "SUCCESS", "{ended}");
    assert_ne!(named(&site, Generation::Live).await, before);
    assert_eq!(named(&site, Generation::Next).await, None);
    site.settle().await;
    assert_eq!(published(&site).await, written);
    let verified = done(&site, "verify_index", json!({})).await;
    assert_eq!(verified["status"], "SUCCESS", "{verified}");
}

#[tokio::test]
async fn what_should_not_be_there_is_not_there_afterwards() {
    let (site, ada, _) = with_a_record().await;
    let index = RECORD.mapping.unwrap().index;
    let source =
        json!({"id": "ghost", "is_published": true, "parent": {"access": {"owned_by": {"user": ada.id}}}});
    let ghost = Document { index, id: "ghost".into(), version: 1, source: Some(source) };
    site.system.shared.ports.search.write(vec![ghost], None).await.unwrap();
    site.settle().await;
    let count = || site.system.shared.ports.search.count(index, Generation::Live);
    assert_eq!(count().await.unwrap(), 2);
    let ended = done(&site, "reindex", json!({"collections": ["records"]})).await;
    assert_eq!((&ended["status"], count().await.unwrap()), (&json!("SUCCESS"), 1));
    assert_eq!(total(&ada, "").await, 1);
}

/// What a run said, in its order.
async fn said(site: &Site, run: &Value) -> Vec<String> {
    let logs = format!("{}/logs", run["links"]["self"].as_str().unwrap());
    let found = site.admin().get(logs).await.expect(200).json();
    let lines = found["hits"]["hits"].as_array().unwrap().iter();
    lines.map(|line| line["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn where_nobody_writes_the_new_index_is_seen_to_have_what_was_read() {
    let (site, ada, _) = with_a_record().await;
    let ended = done(&site, "reindex", json!({"collections": ["records"]})).await;
    let wanted = [
        "The index has 1 documents.",
        "Whatever is written goes to the new index too.",
        "All that is stored was read.",
        "The new index has these 1 documents, and no others.",
        "The new index has taken the place of the old one.",
        "It ended: SUCCESS.",
    ];
    assert_eq!((said(&site, &ended).await, total(&ada, "").await), (wanted.map(str::to_owned).to_vec(), 1));
}

#[tokio::test]
async fn what_came_into_the_new_index_and_is_not_stored_is_removed() {
    let (site, ada, _) = with_a_record().await;
    let job = job(&site, "reindex", json!({"collections": ["records"]})).await;
    let run = run(&site, &job).await;
    let (index, search) = (RECORD.mapping.unwrap().index, &site.system.shared.ports.search);
    while named(&site, Generation::Next).await.is_none() {
        step(&site).await;
    }
    let source = json!({"id": "ghost", "is_published": true});
    let ghost = Document { index, id: "ghost".into(), version: 1, source: Some(source) };
    search.fill(vec![ghost]).await.unwrap();
    site.settle().await;
    let found = "The new index was compared with the store: 0 missing, 0 stale, 1 ghosts, 0 ahead; 1 mended.";
    assert!(said(&site, &run).await.contains(&found.to_owned()), "{:?}", said(&site, &run).await);
    assert_eq!((search.count(index, Generation::Live).await.unwrap(), total(&ada, "").await), (1, 1));
}

#[tokio::test]
async fn one_is_made_at_a_time_and_what_was_stopped_leaves_nothing() {
    let (site, ada, _) = with_a_record().await;
    let job = job(&site, "reindex", json!({})).await;
    let first = run(&site, &job).await;
    for _ in 0..3 {
        step(&site).await;
    }
    assert!(named(&site, Generation::Next).await.is_some());
    let second = run(&site, &job).await;
    step(&site).await;
    let refused = now(&site, &second).await;
    let id = first["id"].as_str().unwrap();
    assert_eq!(
        (&refused["status"], &refused["message"]),
        (&json!("FAILED"), &json!(format!("the run {id} makes indices anew already")))
    );
    let stop = format!("{}/actions/stop", first["links"]["self"].as_str().unwrap());
    site.admin().post(stop, json!({})).await.expect(202);
    site.settle().await;
    assert_eq!(now(&site, &first).await["status"], "CANCELLED");
    assert_eq!(named(&site, Generation::Next).await, None, "what it had begun is removed");
    publish(&ada).await;
    let retry = format!("{}/actions/retry", first["links"]["self"].as_str().unwrap());
    site.admin().post(retry, json!({})).await.expect(202);
    site.settle().await;
    let ended = now(&site, &first).await;
    assert_eq!((&ended["status"], total(&ada, "").await), (&json!("SUCCESS"), 2), "{ended}");
}

#[tokio::test]
async fn it_begins_anew_where_somebody_has_removed_what_it_was_making() {
    let (site, ada, _) = with_a_record().await;
    let job = job(&site, "reindex", json!({})).await;
    let run = run(&site, &job).await;
    for number in 0..50 {
        step(&site).await;
        if number == 6 {
            let index = RECORD.mapping.unwrap().index;
            site.system.shared.ports.search.abandon(index).await.unwrap();
        }
    }
    let ended = now(&site, &run).await;
    assert_eq!((&ended["status"], total(&ada, "").await), (&json!("SUCCESS"), 1), "{ended}");
}

#[tokio::test]
async fn collections_that_are_not_there_are_named() {
    let site = Site::start().await;
    let ended = done(&site, "reindex", json!({"collections": ["pots"]})).await;
    let said = "there is no collection `pots`; there are: vocabularies, users, records, audit-logs";
    assert_eq!((&ended["status"], &ended["message"]), (&json!("FAILED"), &json!(said)));
    assert_eq!(named(&site, Generation::Next).await, None);
}
