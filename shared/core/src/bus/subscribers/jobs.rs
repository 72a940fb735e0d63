//! Jobs: steps that are due are done, each in its queue.

use std::time::Duration;

use cairn_model::{
    Event, Result,
    queue::{JOBS, LOW_PRIORITY},
};
use futures::{FutureExt, future::join_all};

use super::Subscriber;
use crate::{app::App, jobs};

/// Steps that somebody waits for.
pub(super) static JOBS_SUBSCRIBER: Subscriber = Subscriber {
    name: "jobs",
    queue: &JOBS,
    delay: Duration::ZERO,
    events: &["run.due"],
    handle: |app, events| take(app, events).boxed(),
};

/// Steps that nobody waits for.
pub(super) static LOW_SUBSCRIBER: Subscriber =
    Subscriber { name: "jobs_low", queue: &LOW_PRIORITY, events: &["run.due_low"], ..JOBS_SUBSCRIBER };

async fn take(app: &App, events: &[Event]) -> Vec<Result<()>> {
    join_all(events.iter().map(|event| jobs::take(app, event))).await
}
