//! Deposits records, and publishes them if asked to.

use cairn_model::{
    Error, Pid, Result, UserId,
    jobs::{Counts, Level, LogLine},
};
use futures::FutureExt;
use serde_json::{Map, Value, json};

use super::{Done, Step, Task, is_passing, together};
use crate::framework::Once;

/// Records of one step.
const BATCH: usize = 100;

/// Each record has a key of its own by its place, so that a step that is done twice deposits nothing twice.
pub(super) static TASK: Task = Task {
    name: "import",
    title: "Import records",
    description: "Deposit records from an upload or from the message itself, and publish them if asked to",
    parameters: r#"{"type": "object", "additionalProperties": false,
        "oneOf": [{"required": ["upload"]}, {"required": ["records"]}],
        "properties": {
            "upload": {"type": "string", "minLength": 1, "maxLength": 100, "description": "The upload that has the records"},
            "records": {"type": "array", "items": {"type": "object"}, "description": "The records themselves"},
            "publish": {"type": "boolean", "default": false, "description": "Publish each record once it is saved"}
        }}"#,
    queue: "celery",
    by_message: true,
    perform: |step| import(step).boxed(),
};

/// Records to deposit: where they are from, and where to go on after them.
struct Piece {
    /// What tells this piece from others of the run, and of other runs of the same upload.
    place: String,
    /// The first record's number in its piece.
    first: usize,
    records: Vec<Value>,
    /// Records that have become known.
    found: usize,
    next: Option<Value>,
}

async fn import(step: Step<'_>) -> Result<Done> {
    let Some(piece) = piece(step).await? else { return Ok(Done::default()) };
    let publish = step.run.args.get("publish") == Some(&Value::Bool(true));
    let deposits = piece.records.iter().enumerate().map(|(at, record)| {
        let (key, record) = (format!("{}#{}", piece.place, piece.first + at), record.as_object().cloned());
        async move { (key.clone(), deposit(step, &key, &record.unwrap_or_default(), publish).await) }
    });
    let outcomes = together(deposits).await;
    let mut done = Done { next: piece.next, ..Done::default() };
    done.counts.total = piece.found as u64;
    for (key, outcome) in outcomes {
        match outcome {
            Ok(true) => done.counts.inserted += 1,
            Ok(false) => done.counts.updated += 1,
            Err(error) if is_passing(&error) => return Err(error),
            Err(error) => {
                done.counts.errored += 1;
                done.log.push(LogLine::new(Level::Error, format!("{key}: {}", error.sentence())));
            }
        }
    }
    let Counts { inserted, updated, errored, .. } = done.counts;
    let line = format!("{inserted} deposited, {updated} were there, {errored} failed");
    done.log.push(LogLine::new(Level::Info, line));
    Ok(done)
}

/// Deposits a record. Tells whether it is new: an earlier try may have brought it.
async fn deposit(step: Step<'_>, key: &str, record: &Map<String, Value>, publish: bool) -> Result<bool> {
    let Step { app, who, .. } = step;
    let body = Value::Object(record.clone());
    let once = Once::new(who, "jobs.import", key, &body);
    let draft = app.drafts.create(who, record, Some(&once)).await?;
    if publish {
        let once = Once::new(who, "jobs.import.publish", key, &body);
        app.drafts.publish(who, &Pid::parse(draft.id())?, Some(&once)).await?;
    }
    Ok(!draft.is_replay())
}

/// The next records, nothing where there are no more.
async fn piece(step: Step<'_>) -> Result<Option<Piece>> {
    let (run, cursor) = (step.run, &step.run.cursor);
    let first = usize::try_from(cursor["at"].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
    if let Some(Value::Array(records)) = run.args.get("records") {
        return Ok(Some(cut(format!("run {}", run.id), first, records.clone(), &Value::Null, false)));
    }
    let upload = run.args.get("upload").and_then(Value::as_str).unwrap_or_default();
    let owner = UserId(run.started_by.clone().unwrap_or_default());
    let after = cursor["after"].as_str().map(ToOwned::to_owned);
    let Some((part, records)) = step.app.jobs.part(&owner, upload, after.clone()).await? else {
        if after.is_none() {
            return Err(Error::BadRequest(format!("there is no upload `{upload}`, or it is not yours")));
        }
        return Ok(None);
    };
    let after = after.map_or(Value::Null, Value::String);
    let mut piece = cut(format!("{upload} {part}"), first, records, &after, true);
    piece.next = Some(piece.next.unwrap_or_else(|| json!({"after": part})));
    Ok(Some(piece))
}

/// The records of one step, from a longer list of them.
fn cut(place: String, first: usize, mut records: Vec<Value>, after: &Value, parts: bool) -> Piece {
    let found = if first == 0 { records.len() } else { 0 };
    let end = first.saturating_add(BATCH).min(records.len());
    let is_last = end >= records.len();
    records.truncate(end);
    let records = records.split_off(first.min(end));
    let next =
        (!is_last).then(|| if parts { json!({"after": after, "at": end}) } else { json!({"at": end}) });
    Piece { place, first, records, found, next }
}
