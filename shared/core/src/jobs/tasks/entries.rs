//! Writes the entries of an upload into a vocabulary. InvenioRDM: vocabularies reference, data streams.

use cairn_model::{
    Error, Result, UserId,
    jobs::{Counts, Level, LogLine},
};
use futures::FutureExt;
use serde_json::{Map, Value, json};

use super::{Done, Step, Task};
use crate::vocabularies::{Wanted, Written, find};

/// Characters of a reason in the log: thousands of entries may be faulty.
const LONGEST: usize = 300;

/// What holds entries as the API takes them.
const OWN: &str = "own";

/// A step writes one part of the upload. Done twice, it finds its entries as they should be.
pub(super) static TASK: Task = Task {
    name: "import_vocabulary",
    title: "Import entries of a vocabulary",
    description: "Write the entries of an upload into a vocabulary: only what differs",
    parameters: r#"{"type": "object", "additionalProperties": false, "required": ["upload", "vocabulary"],
        "properties": {
            "upload": {"type": "string", "minLength": 1, "maxLength": 100, "description": "The upload that has the entries"},
            "vocabulary": {"type": "string", "description": "The vocabulary: affiliations, names, languages, …"},
            "form": {"enum": ["own", "ror", "orcid", "openaire", "cordis", "mesh"], "default": "own",
                "description": "What the upload holds: entries, or what a registry publishes, a value each"},
            "entries": {"type": "integer", "minimum": 0, "description": "How many there are, if that is known"},
            "insert": {"type": "boolean", "default": true, "description": "Write entries that are not there yet"},
            "update": {"type": "boolean", "default": true, "description": "Write entries that are there, and differ"}
        }}"#,
    queue: "celery",
    by_message: true,
    perform: |step| import(step).boxed(),
};

/// An entry, or why there is none; and its place in what it came from.
struct Row {
    place: String,
    entry: Result<Map<String, Value>, String>,
}

async fn import(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    let text = |key: &str| run.args.get(key).and_then(Value::as_str).unwrap_or_default();
    let says = |key: &str| run.args.get(key) != Some(&Value::Bool(false));
    let vocabulary = find(text("vocabulary"))
        .ok_or_else(|| Error::BadRequest(format!("there is no vocabulary `{}`", text("vocabulary"))))?;
    let owner = UserId(run.started_by.clone().unwrap_or_default());
    let after = run.cursor["after"].as_str().map(ToOwned::to_owned);
    let is_first = after.is_none();
    let Some((part, records)) = app.jobs.part(&owner, text("upload"), after).await? else {
        if is_first {
            let missing = format!("there is no upload `{}`, or it is not yours", text("upload"));
            return Err(Error::BadRequest(missing));
        }
        return Ok(Done::default());
    };
    let mut done = Done { next: Some(json!({"after": part})), ..Done::default() };
    done.counts.total = match run.args.get("entries").and_then(Value::as_u64) {
        Some(all) if is_first => all,
        Some(_) => 0,
        None => records.len() as u64,
    };
    let form = run.args.get("form").and_then(Value::as_str).unwrap_or(OWN);
    let (mut places, mut bodies) = (Vec::new(), Vec::new());
    for (at, record) in records.into_iter().enumerate() {
        let Row { place, entry } = row(&part, at, record);
        let made = entry.and_then(|entry| match form {
            OWN => Ok(Some(entry)),
            _ => cairn_registries::entry(form, vocabulary.id, Value::Object(entry)),
        });
        match made {
            Ok(Some(body)) => {
                places.push(place);
                bodies.push(body);
            }
            Ok(None) => done.counts.unchanged += 1,
            Err(reason) => refuse(&mut done, &place, &reason),
        }
    }
    let wanted = Wanted { new: says("insert"), changed: says("update") };
    let outcomes = app.vocabularies.import(who, vocabulary, &bodies, wanted).await?;
    for ((place, body), outcome) in places.iter().zip(&bodies).zip(outcomes) {
        match outcome {
            Ok(Written::Created) => done.counts.inserted += 1,
            Ok(Written::Updated) => done.counts.updated += 1,
            Ok(Written::Unchanged) => done.counts.unchanged += 1,
            Err(error) => {
                let id = body.get("id").and_then(Value::as_str).unwrap_or("no id");
                refuse(&mut done, &format!("{place} ({id})"), &error.sentence());
            }
        }
    }
    let Counts { inserted, updated, unchanged, errored, .. } = done.counts;
    let line =
        format!("{part}: {inserted} created, {updated} updated, {unchanged} unchanged, {errored} faulty");
    done.log.push(LogLine::new(Level::Info, line));
    Ok(done)
}

/// Counts an entry that is not written, and says why.
fn refuse(done: &mut Done, place: &str, reason: &str) {
    let short: String = reason.chars().take(LONGEST).collect();
    done.counts.errored += 1;
    done.log.push(LogLine::new(Level::Error, format!("{place}: {short}")));
}

/// What an upload holds: entries, or what was made of a file: `{"place", "entry"}` and `{"place", "fault"}`.
fn row(part: &str, at: usize, record: Value) -> Row {
    let Value::Object(mut record) = record else {
        return Row { place: format!("{part}, {}", at + 1), entry: Err("it is no object".into()) };
    };
    let place = record.get("place").and_then(Value::as_str).map(ToOwned::to_owned);
    let (entry, fault) = (record.shift_remove("entry"), record.get("fault").and_then(Value::as_str));
    match (place, entry, fault) {
        (Some(place), Some(Value::Object(entry)), _) => Row { place, entry: Ok(entry) },
        (Some(place), _, Some(fault)) => Row { place, entry: Err(fault.to_owned()) },
        (_, entry, _) => {
            record.extend(entry.map(|entry| ("entry".to_owned(), entry)));
            Row { place: format!("{part}, {}", at + 1), entry: Ok(record) }
        }
    }
}
