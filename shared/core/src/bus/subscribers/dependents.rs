//! What shows an entry that has changed is indexed again: at once, and once more where a request was faster.

use std::time::Duration;

use cairn_model::{Event, Result, queue::LOW_PRIORITY};
use futures::{FutureExt, future::join_all};

use super::Subscriber;
use crate::{app::App, framework::entries::FRESH_SECONDS, jobs};

/// Seconds that a request may take. AWS: API Gateway waits 30.
const LONGEST_REQUEST: u32 = 30;

/// Everything that is found now.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "dependents",
    queue: &LOW_PRIORITY,
    delay: Duration::ZERO,
    events: &["vocabulary_entry.updated", "vocabulary_entry.deleted"],
    handle: |app, events| notice(app, events, false).boxed(),
};

/// Waits until no request has the entry as it was, in its cache or in its hands: what they wrote until then is found, and
/// touched where it shows the entry as it was.
pub(super) static LATE_SUBSCRIBER: Subscriber = Subscriber {
    name: "dependents_late",
    delay: Duration::from_secs((FRESH_SECONDS + LONGEST_REQUEST) as u64),
    handle: |app, events| notice(app, events, true).boxed(),
    ..SUBSCRIBER
};

async fn notice(app: &App, events: &[Event], late: bool) -> Vec<Result<()>> {
    // What was written a moment ago is found too; if it is not now, then by those who come late.
    if !late && let Err(error) = app.shared.ports.search.flush().await {
        tracing::warn!(%error, "the index was not brought up to date");
    }
    join_all(events.iter().map(|event| jobs::notice(app, event, late))).await
}
