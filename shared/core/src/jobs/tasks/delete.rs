//! Discards drafts.

use cairn_model::{
    Error, Pid, Result,
    jobs::{Level, LogLine},
};
use futures::FutureExt;
use serde_json::{Value, json};

use super::{Done, Step, Task, is_passing, together};

/// Drafts of one step.
const BATCH: usize = 100;

/// In the name of whoever asks. What is gone already is no fault: a step may be done twice.
pub(super) static TASK: Task = Task {
    name: "delete",
    title: "Discard drafts",
    description: "Discard drafts; published records stay",
    parameters: r#"{"type": "object", "additionalProperties": false, "required": ["ids"], "properties": {
        "ids": {"type": "array", "minItems": 1, "items": {"type": "string"}, "description": "The drafts"}
    }}"#,
    queue: "celery",
    by_message: true,
    perform: |step| delete(step).boxed(),
};

async fn delete(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    let ids: Vec<&str> = match run.args.get("ids") {
        Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let first = usize::try_from(run.cursor["at"].as_u64().unwrap_or(0)).unwrap_or(usize::MAX).min(ids.len());
    let end = (first + BATCH).min(ids.len());
    let deletions = ids[first..end].iter().map(|id| async move {
        let outcome = match Pid::parse(id) {
            Ok(pid) => app.drafts.delete(who, &pid, None).await,
            Err(error) => Err(error),
        };
        (*id, outcome)
    });
    let outcomes = together(deletions).await;
    let mut done = Done { next: (end < ids.len()).then(|| json!({"at": end})), ..Done::default() };
    done.counts.total = if first == 0 { ids.len() as u64 } else { 0 };
    for (id, outcome) in outcomes {
        match outcome {
            Ok(()) => done.counts.updated += 1,
            Err(Error::NotFound(_)) => {
                done.counts.updated += 1;
                done.log
                    .push(LogLine::new(Level::Warning, format!("{id}: there is no such draft (any more)")));
            }
            Err(error) if is_passing(&error) => return Err(error),
            Err(error) => {
                done.counts.errored += 1;
                done.log.push(LogLine::new(Level::Error, format!("{id}: {error}")));
            }
        }
    }
    Ok(done)
}
