//! Archived events leave the store for objects.

use cairn_model::{
    Error, Result,
    jobs::{Level, LogLine},
};
use futures::FutureExt;
use serde::Deserialize;
use serde_json::json;

use super::{Done, Step, Task, UPKEEP};
use crate::bus::{Moved, Progress};

/// For administrators and for the clock.
pub(super) static TASK: Task = Task {
    name: "archive_events",
    title: "Archive events",
    description: "Move events that are older than an hour from the store into compressed objects, by day",
    perform: |step| archive(step).boxed(),
    ..UPKEEP
};

async fn archive(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let progress = if run.cursor.is_object() {
        Progress::deserialize(&run.cursor).map_err(|error| Error::Internal(format!("the cursor: {error}")))?
    } else {
        Progress::Looking { after: None, first: None }
    };
    let Moved { events, objects, next } = app.archive_events(progress).await?;
    let mut done = Done { next: next.map(|next| json!(next)), ..Done::default() };
    (done.counts.total, done.counts.updated) = (events, events);
    if events > 0 {
        done.log.push(LogLine::new(Level::Info, format!("{events} events archived in {objects} objects")));
    }
    Ok(done)
}
