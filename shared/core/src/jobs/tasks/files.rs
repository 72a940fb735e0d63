//! Looks after stored files: are they what they were, and does somebody name them?

use cairn_model::{
    Result,
    jobs::{Level, LogLine},
};
use futures::FutureExt;
use serde_json::json;

use super::{Done, Step, Task, UPKEEP, looked_at};

/// For administrators and for the clock. Each file is looked at once in so many days.
pub(super) static AUDIT: Task = Task {
    name: "audit_files",
    title: "Check files",
    description: "Compare files with their checksums, each once in so many days",
    parameters: r#"{"type": "object", "additionalProperties": false, "properties": {
        "days": {"type": "integer", "minimum": 0, "description": "Days after which a file is due again; 14 if not said"}
    }}"#,
    perform: |step| audit(step).boxed(),
    ..UPKEEP
};

/// For administrators and for the clock.
pub(super) static SWEEP: Task = Task {
    name: "sweep_files",
    title: "Remove abandoned uploads",
    description: "Remove files whose content never came, uploads that were left, and objects that nobody names",
    parameters: r#"{"type": "object", "additionalProperties": false, "properties": {
        "days": {"type": "integer", "minimum": 0, "description": "Days that a file may wait for its content; 7 if not said"}
    }}"#,
    perform: |step| sweep(step).boxed(),
    ..UPKEEP
};

async fn audit(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let days = step.days(14);
    let audited = app.files.audit(run.cursor["after"].as_str(), days).await?;
    Ok(looked_at("files", audited))
}

/// Pending files first, then what lies in each location.
async fn sweep(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let days = step.days(7);
    let (phase, after) = (run.cursor["phase"].as_u64().unwrap_or(0), run.cursor["after"].as_str());
    let sweeps = app.files.sweeps();
    let at = usize::try_from(phase).unwrap_or(usize::MAX);
    let Some(what) = sweeps.get(at) else { return Ok(Done::default()) };
    let swept = app.files.sweep(what, after, days).await?;
    let mut done = Done::default();
    (done.counts.total, done.counts.updated) = (swept.removed, swept.removed);
    done.next = match swept.next {
        Some(after) => Some(json!({"phase": phase, "after": after})),
        None if at + 1 < sweeps.len() => Some(json!({"phase": phase + 1})),
        None => None,
    };
    if swept.removed > 0 {
        done.log.push(LogLine::new(Level::Info, format!("{} of {} removed", swept.removed, swept.seen)));
    }
    Ok(done)
}
