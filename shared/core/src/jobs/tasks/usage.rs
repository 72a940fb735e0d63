//! Statistics are counted again from the events that are kept.

use cairn_model::{
    Error, Result,
    jobs::{Level, LogLine},
};
use futures::FutureExt;
use serde::Deserialize;
use serde_json::json;

use super::{Done, Step, Task, UPKEEP};
use crate::stats::{Progress, Recounted};

/// For administrators and for the clock.
pub(super) static TASK: Task = Task {
    name: "recount_statistics",
    title: "Recount statistics",
    description: "Count views and downloads until yesterday again from the events that are kept, and mend what differs",
    perform: |step| recount(step).boxed(),
    ..UPKEEP
};

async fn recount(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let progress = if run.cursor.is_object() {
        Progress::deserialize(&run.cursor).map_err(|error| Error::Internal(format!("the cursor: {error}")))?
    } else {
        Progress::Days { day: None }
    };
    let Recounted { seen, mended, next } = app.stats.recount(progress).await?;
    let mut done = Done { next: next.map(|next| json!(next)), ..Done::default() };
    (done.counts.total, done.counts.updated) = (seen, mended);
    if mended > 0 {
        done.log.push(LogLine::new(Level::Warning, format!("{mended} of {seen} sums were wrong")));
    }
    Ok(done)
}
