//! Registries of DOIs are told of what has become of records.

use std::time::Duration;

use cairn_model::{Event, Result, queue::PIDS};
use futures::{FutureExt, future::join_all};

use super::Subscriber;
use crate::app::App;

/// Tells them of each record that was published, opened, deleted or restored.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "dois",
    queue: &PIDS,
    delay: Duration::ZERO,
    events: &["record.published", "record.embargo_lifted", "record.deleted", "record.restored"],
    handle: |app, events| tell(app, events).boxed(),
};

async fn tell(app: &App, events: &[Event]) -> Vec<Result<()>> {
    join_all(events.iter().map(|event| app.dois.follow(event))).await
}
