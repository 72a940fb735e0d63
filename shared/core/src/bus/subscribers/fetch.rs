//! Files that were started with an address are fetched.

use std::time::Duration;

use cairn_model::{Event, Result, queue::LOW_PRIORITY};
use futures::{FutureExt, future::join_all};

use super::Subscriber;
use crate::app::App;

/// Fetches each file that is told of.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "fetch",
    queue: &LOW_PRIORITY,
    delay: Duration::ZERO,
    events: &["draft.file_due"],
    handle: |app, events| fetch(app, events).boxed(),
};

async fn fetch(app: &App, events: &[Event]) -> Vec<Result<()>> {
    join_all(events.iter().map(|event| app.files.fetch(event))).await
}
