//! Events are archived as they are relayed, and sent again to one subscriber.

use std::sync::Mutex;

use cairn_core::bus::Subscriber;
use cairn_model::{Identity, Timestamp, UserId, identity::ADMINISTRATOR};
use futures::FutureExt;
use serde_json::json;

use super::{hear, listener};
use crate::{
    bus::with,
    support::{Site, User, minimal},
};

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

static LISTENER: Subscriber = listener(|_, events| hear(events, &HEARD).boxed());

/// Replays to the end; tells how many events were sent. The listener is known within this process only.
async fn replay(site: &Site, since: &str) -> usize {
    let who = Identity::user(UserId("1".into()), [ADMINISTRATOR.to_owned()]);
    let since: Timestamp = serde_json::from_value(json!(since)).unwrap();
    let (mut sent, mut cursor) = (0, None);
    loop {
        let step = site.system.replay_events(&who, "listener", since, cursor.as_deref()).await.unwrap();
        sent += step.events;
        cursor = step.next;
        if cursor.is_none() {
            return sent;
        }
    }
}

async fn create(site: &Site, user: &User, count: usize) {
    for _ in 0..count {
        user.post("/api/records", minimal()).await.expect(201);
    }
    site.settle().await;
}

#[tokio::test]
async fn all_that_happened_since_an_instant_is_sent_again() {
    let site = with(&LISTENER).await;
    let ada = site.user("ada").await;
    create(&site, &ada, 120).await;
    site.clock.advance(3 * 86_400);
    create(&site, &ada, 3).await;
    let first: Vec<String> = std::mem::take(&mut *HEARD.lock().unwrap());
    assert_eq!(first.len(), 123);

    assert_eq!(replay(&site, "2026-01-01T00:00:00+00:00").await, 123);
    site.settle().await;
    let mut again = std::mem::take(&mut *HEARD.lock().unwrap());
    again.sort();
    let mut expected = first.clone();
    expected.sort();
    assert_eq!(again, expected);

    assert_eq!(replay(&site, "2026-01-03T00:00:00+00:00").await, 3);
    assert_eq!(replay(&site, "2026-02-03T00:00:00+00:00").await, 0);
}

#[tokio::test]
async fn a_replay_says_what_is_wrong_with_it() {
    let site = Site::start().await;
    let admin = site.admin();
    let since = "2026-01-01T00:00:00+00:00";
    for (body, field) in [
        (json!({"since": since}), "subscriber"),
        (json!({"subscriber": "nosuch", "since": since}), "subscriber"),
        (json!({"subscriber": "index"}), "since"),
        (json!({"subscriber": "index", "since": "yesterday"}), "since"),
        (json!({"subscriber": "index", "since": since, "cursor": "x"}), "cursor"),
    ] {
        let refused = admin.post("/api/events/replay", body).await.expect(400).json();
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
    }
    let body = json!({"subscriber": "index", "since": since});
    site.user("ada").await.post("/api/events/replay", body).await.expect(403);
}
