//! What shows an entry that has changed is indexed again.

use std::time::Duration;

use cairn_model::{Event, Result, queue::LOW_PRIORITY};
use futures::{FutureExt, future::join_all};

use super::Subscriber;
use crate::{app::App, framework::entries::FRESH_SECONDS, jobs};

/// Seconds that a request may take. AWS: API Gateway waits 30.
const LONGEST_REQUEST: u32 = 30;

/// Waits until no request has the entry as it was, in its cache or in its hands: what they wrote until then is found,
/// and touched.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "dependents",
    queue: &LOW_PRIORITY,
    delay: Duration::from_secs((FRESH_SECONDS + LONGEST_REQUEST) as u64),
    events: &["vocabulary_entry.updated", "vocabulary_entry.deleted"],
    handle: |app, events| notice(app, events).boxed(),
};

async fn notice(app: &App, events: &[Event]) -> Vec<Result<()>> {
    join_all(events.iter().map(|event| jobs::notice(app, event))).await
}
