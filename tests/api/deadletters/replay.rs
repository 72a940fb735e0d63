//! A poison message: tried again and again, then put aside with its error, and replayed when the fault is mended.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use cairn_core::bus::Subscriber;
use cairn_model::{Error, queue::LOW_PRIORITY};
use futures::FutureExt;
use serde_json::json;

use super::drain;
use crate::{bus::with, support::minimal};

static BROKEN: AtomicBool = AtomicBool::new(true);
static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Cannot stand drafts that are discarded, as long as it is broken.
static FRAGILE: Subscriber = Subscriber {
    name: "fragile",
    queue: &LOW_PRIORITY,
    delay: std::time::Duration::ZERO,
    events: &["draft.*"],
    handle: |_, events| {
        let outcome = |event: &cairn_model::Event| {
            if event.kind == "draft.deleted" && BROKEN.load(Ordering::SeqCst) {
                return Err(Error::Internal(format!("cannot stand {}", event.subject)));
            }
            DONE.lock().unwrap().push(event.kind.clone());
            Ok(())
        };
        futures::future::ready(events.iter().map(outcome).collect()).boxed()
    },
};

#[tokio::test]
async fn poison_ends_as_a_dead_letter_and_is_replayed() {
    let site = with(&FRAGILE).await;
    let (ada, admin) = (site.user("ada").await, site.admin());
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    ada.delete(crate::drafts::path(&draft, "self")).await.expect(204);
    site.system.relay().await.unwrap();
    assert_eq!(site.poll(&LOW_PRIORITY).await, 2, "one batch");
    assert_eq!(*DONE.lock().unwrap(), ["draft.created"], "what is well is not held up");
    drain(&site).await;
    let listed = admin.get("/api/deadletters").await.expect(200).json();
    assert_eq!(listed["hits"]["total"], 1, "{listed}");
    let letter = &listed["hits"]["hits"][0];
    assert_eq!(letter["queue"], "low-priority");
    assert_eq!(letter["error"], format!("cannot stand records/{}", draft["id"].as_str().unwrap()));
    assert_eq!(letter["message"]["subscriber"], "fragile");
    assert_eq!(letter["message"]["event"]["type"], "draft.deleted");
    assert_eq!(admin.get("/api/status").await.expect(200).json()["queues"]["low-priority"]["dead"], 1);
    assert_eq!(admin.get("/api/deadletters?queue=index").await.expect(200).json()["hits"]["total"], 0);

    BROKEN.store(false, Ordering::SeqCst);
    let which = json!({"queue": "low-priority", "ids": [letter["id"]]});
    assert_eq!(
        admin.post("/api/deadletters/replay", which.clone()).await.expect(200).json(),
        json!({"replayed": 1})
    );
    assert_eq!(admin.post("/api/deadletters/replay", which).await.expect(200).json(), json!({"replayed": 0}));
    drain(&site).await;
    assert_eq!(*DONE.lock().unwrap(), ["draft.created", "draft.deleted"]);
    assert_eq!(admin.get("/api/deadletters").await.expect(200).json()["hits"]["total"], 0);
}
