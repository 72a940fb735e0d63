//! What a rebuild of the index has begun goes with its run.

use std::time::Duration;

use cairn_model::{Event, Result, queue::LOW_PRIORITY};
use futures::{FutureExt, future::join_all};

use super::Subscriber;
use crate::{app::App, rebuild::give_up};

/// Removes the indices that a run was making which was stopped or has failed.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "rebuild",
    queue: &LOW_PRIORITY,
    delay: Duration::ZERO,
    events: &["run.finished"],
    handle: |app, events| join_all(events.iter().map(|event| finish(app, event))).boxed(),
};

async fn finish(app: &App, event: &Event) -> Result<()> {
    match event.subject.strip_prefix("runs/").and_then(|rest| rest.split_once('/')) {
        Some((job, run)) => give_up(app, job, run).await,
        None => Ok(()),
    }
}
