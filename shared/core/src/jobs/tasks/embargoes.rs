//! Opens records whose embargo is over.

use cairn_model::{
    Identity, Result,
    jobs::{Level, LogLine},
};
use futures::FutureExt;
use serde_json::json;

use super::{Done, Step, Task, UPKEEP, is_passing, together};
use crate::components::embargo::SHARDS;

/// Records of one step.
const BATCH: usize = 100;

/// For administrators and for the clock. Records that were opened are forgotten: doing it twice changes nothing.
pub(super) static TASK: Task = Task {
    name: "lift_embargoes",
    title: "Lift embargoes",
    description: "Make records and files public on the day on which their embargo ends",
    perform: |step| lift(step).boxed(),
    ..UPKEEP
};

async fn lift(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let shard = u8::try_from(run.cursor["shard"].as_u64().unwrap_or(0)).unwrap_or(SHARDS);
    let after = run.cursor["after"].as_str().map(ToOwned::to_owned);
    let due = app.drafts.due_embargoes(shard, after, BATCH).await?;
    // Nobody does it but the day.
    let system = Identity::system();
    let lifted = together(due.items.iter().map(|item| app.drafts.lift(&system, item))).await;
    let mut done = Done::default();
    done.counts.total = due.items.len() as u64;
    for (item, outcome) in due.items.iter().zip(lifted) {
        match outcome {
            Ok(true) => done.counts.updated += 1,
            Ok(false) => {}
            Err(error) if is_passing(&error) => return Err(error),
            Err(error) => {
                done.counts.errored += 1;
                done.log.push(LogLine::new(Level::Error, format!("{}: {error}", item.key.sort)));
            }
        }
    }
    done.next = match due.next {
        Some(after) => Some(json!({"shard": shard, "after": after})),
        None => (shard + 1 < SHARDS).then(|| json!({"shard": shard + 1})),
    };
    Ok(done)
}
