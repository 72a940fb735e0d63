//! Exports records that whoever asks may see, as the API shows them.

use cairn_model::{Result, jobs::Counts};
use futures::FutureExt;
use serde_json::{Value, json};

use super::{Done, Step, Task};

/// Records of one step.
const BATCH: usize = 100;
/// Bytes of JSON after which a step ends: its result is one item, which takes 300 KB however badly that compresses.
const ENOUGH: usize = 280_000;

/// By id, so that what is published meanwhile comes once or not at all.
pub(super) static TASK: Task = Task {
    name: "export",
    title: "Export records",
    description: "Export published records that a query finds, as JSON",
    parameters: r#"{"type": "object", "additionalProperties": false, "properties": {
        "q": {"type": "string", "default": "", "description": "What to look for, in Lucene's syntax"}
    }}"#,
    queue: "low",
    by_message: true,
    perform: |step| export(step).boxed(),
};

async fn export(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    let q = run.args.get("q").and_then(Value::as_str).unwrap_or_default();
    let after = run.cursor["after"].as_str();
    let (records, total) = app.records.after(who, q, after, BATCH).await?;
    let is_last = records.len() < BATCH;
    let found = if after.is_none() { total } else { 0 };
    let mut done = Done { counts: Counts { total: found, ..Counts::default() }, ..Done::default() };
    let (mut bytes, mut last, mut cut) = (0, None, false);
    for record in records {
        let (id, json) = (record.id().to_owned(), Value::Object(record.into_document()));
        bytes += json.to_string().len();
        if bytes > ENOUGH && !done.results.is_empty() {
            cut = true;
            break;
        }
        done.results.push(json);
        done.counts.updated += 1;
        last = Some(id);
    }
    if cut || !is_last {
        done.next = last.map(|id| json!({"after": id}));
    }
    Ok(done)
}
