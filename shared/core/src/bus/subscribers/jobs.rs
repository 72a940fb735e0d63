//! Jobs: steps that are due are done, each in its queue.

use std::{collections::BTreeMap, time::Duration};

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

/// The same step may be due twice in one batch; it is done once.
async fn take(app: &App, events: &[Event]) -> Vec<Result<()>> {
    let step = |event: &Event| (event.subject.clone(), event.data["step"].as_u64());
    let due: BTreeMap<_, &Event> = events.iter().map(|event| (step(event), event)).collect();
    let taken = join_all(due.values().map(|event| jobs::take(app, event))).await;
    let outcomes: BTreeMap<_, _> = due.into_keys().zip(taken).collect();
    events.iter().map(|event| outcomes.get(&step(event)).cloned().unwrap_or(Ok(()))).collect()
}
