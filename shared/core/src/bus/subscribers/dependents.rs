//! What shows an entry that has changed is indexed again.

use std::time::Duration;

use cairn_model::{Event, Result, queue::LOW_PRIORITY};
use futures::{FutureExt, future::join_all};

use super::Subscriber;
use crate::{app::App, framework::entries::FRESH_SECONDS, jobs};

/// Waits until no request can have the entry as it was in its cache: what they wrote until then is found, and touched.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "dependents",
    queue: &LOW_PRIORITY,
    delay: Duration::from_secs(FRESH_SECONDS as u64 + 1),
    events: &["vocabulary_entry.updated", "vocabulary_entry.deleted"],
    handle: |app, events| notice(app, events).boxed(),
};

async fn notice(app: &App, events: &[Event]) -> Vec<Result<()>> {
    join_all(events.iter().map(|event| jobs::notice(app, event))).await
}
