//! `verify_index`: what is stored and what is found are compared both ways.

use cairn_model::kinds::users::USER;
use cairn_ports::{Expect, Item, Key, search::Document};
use serde_json::{Value, json};

use super::{done, job, now, run};
use crate::support::Site;

/// Users of whom the index knows less, or more, than the store: behind the back of everybody.
async fn damaged() -> Site {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.settle().await;
    let ports = &site.system.shared.ports;
    let key = Key::new(USER.table, format!("user#{}", ada.id), "user");
    let item = ports.store.get(&key).await.unwrap().unwrap();
    let mut work = site.system.shared.work();
    let missing = Key::new(USER.table, "user#900", "user");
    work.put(Item::new(missing, item.revision, item.body.clone()), Expect::Absent);
    work.put(Item::new(key, item.revision.next(), item.body), Expect::At(item.revision));
    ports.store.commit(&work).await.unwrap();
    let index = USER.mapping.unwrap().index;
    let ghost = Document { index, id: "901".into(), version: 4, source: Some(json!({"id": "901"})) };
    ports.search.write(vec![ghost], None).await.unwrap();
    ports.search.flush().await.unwrap();
    site
}

async fn found(site: &Site, run: &Value) -> Value {
    let result = format!("{}/result", run["links"]["self"].as_str().unwrap());
    site.admin().get(result).await.expect(200).json()["results"][0].clone()
}

fn kinds(found: &Value) -> [u64; 5] {
    ["missing", "stale", "ghosts", "ahead", "mended"].map(|kind| found[kind].as_u64().unwrap())
}

#[tokio::test]
async fn each_sort_of_difference_is_told_apart_and_mended_once() {
    let site = damaged().await;
    let told = done(&site, "verify_index", json!({})).await;
    assert_eq!((&told["status"], &told["errored_entries"]), (&json!("PARTIAL_SUCCESS"), &json!(3)), "{told}");
    let before = found(&site, &told).await;
    assert_eq!(kinds(&before), [1, 1, 1, 0, 0], "{before}");
    let mut first: Vec<&str> =
        before["first"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    first.sort_unstable();
    assert_eq!(first[..2], ["ghost users/901", "missing users/900"], "{first:?}");
    let logs = site.admin().get(&told["links"]["logs"]).await.expect(200).json().to_string();
    assert!(logs.contains("ghost users/901"), "{logs}");
    let again = found(&site, &done(&site, "verify_index", json!({"mend": false})).await).await;
    assert_eq!(kinds(&again), [1, 1, 1, 0, 0], "nothing is mended unasked");
    let mended = done(&site, "verify_index", json!({"mend": true, "collections": ["users"]})).await;
    assert_eq!(mended["status"], "SUCCESS", "{mended}");
    assert_eq!(kinds(&found(&site, &mended).await), [1, 1, 1, 0, 3]);
    let after = done(&site, "verify_index", json!({})).await;
    assert_eq!((&after["status"], kinds(&found(&site, &after).await)), (&json!("SUCCESS"), [0; 5]));
    assert_eq!(after["errored_entries"], 0);
}

#[tokio::test]
async fn what_the_index_has_ahead_of_the_store_takes_a_rebuild() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.settle().await;
    let index = USER.mapping.unwrap().index;
    let ahead = Document { index, id: ada.id.clone(), version: 1 << 60, source: Some(json!({})) };
    site.system.shared.ports.search.write(vec![ahead], None).await.unwrap();
    site.settle().await;
    let told = done(&site, "verify_index", json!({"mend": true})).await;
    let first = found(&site, &told).await;
    assert_eq!(kinds(&first), [0, 0, 0, 1, 0], "{first}");
    assert_eq!(done(&site, "reindex", json!({})).await["status"], "SUCCESS");
    let after = done(&site, "verify_index", json!({})).await;
    assert_eq!(after["status"], "SUCCESS", "{after}");
}

#[tokio::test]
async fn only_administrators_compare() {
    let site = Site::start().await;
    let job = job(&site, "verify_index", json!({})).await;
    let ada = site.user("ada").await;
    ada.post(&job["links"]["runs"], json!({})).await.expect(403);
    let run = run(&site, &job).await;
    site.settle().await;
    assert_eq!(now(&site, &run).await["status"], "SUCCESS");
}
