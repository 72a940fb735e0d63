//! Who subscribes gets what it asked for, at least once, in batches.

use std::sync::{LazyLock, Mutex};

use cairn_core::bus::Subscriber;
use cairn_model::queue::LOW_PRIORITY;
use futures::FutureExt;

use super::with;
use crate::support::minimal;

/// Ids and types of the events that came.
static HEARD: LazyLock<Mutex<Vec<(String, String)>>> = LazyLock::new(Mutex::default);

/// Listens to what happens to records and drafts.
static LISTENER: Subscriber = Subscriber {
    name: "listener",
    queue: &LOW_PRIORITY,
    delay: std::time::Duration::ZERO,
    events: &["draft.*", "record.published"],
    handle: |_, events| {
        let heard = events.iter().map(|event| (event.id.clone(), event.kind.clone()));
        HEARD.lock().unwrap().extend(heard);
        futures::future::ready(vec![Ok(()); events.len()]).boxed()
    },
};

#[tokio::test]
async fn a_subscriber_hears_each_event_that_it_wants() {
    let site = with(&LISTENER).await;
    let ada = site.user("ada").await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    ada.post(crate::drafts::path(&draft, "publish"), ()).await.expect(202);
    site.settle().await;
    site.settle().await;
    let mut heard = HEARD.lock().unwrap().clone();
    heard.sort();
    let kinds: Vec<&str> = heard.iter().map(|(_, kind)| kind.as_str()).collect();
    assert_eq!(kinds, ["draft.created", "record.published"], "nothing of the user, nothing twice");
}
