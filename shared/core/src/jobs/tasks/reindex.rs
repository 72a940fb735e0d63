//! Hands everything that is stored to the index again.

use cairn_model::{Error, Result};
use cairn_ports::store::Cursor;
use futures::FutureExt;
use serde_json::{Value, json};

use super::{Done, Step, Task};

/// For administrators. Safe while others write: each document carries its index version.
pub(super) static TASK: Task = Task {
    name: "reindex",
    title: "Index everything again",
    description: "Hand every entity of some collections to the search index again",
    parameters: r#"{"type": "object", "additionalProperties": false, "properties": {
        "collections": {"type": "array", "items": {"type": "string"}, "description": "Which; all where none is named"}
    }}"#,
    queue: "low",
    by_message: true,
    perform: |step| reindex(step).boxed(),
};

async fn reindex(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let wanted: Vec<&str> = match run.args.get("collections") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let known: Vec<&str> = app.sources.iter().map(|source| source.collection()).collect();
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(name)) {
        return Err(Error::BadRequest(format!(
            "there is no collection `{unknown}`; there are: {}",
            known.join(", ")
        )));
    }
    let sources: Vec<_> = app
        .sources
        .iter()
        .filter(|source| wanted.is_empty() || wanted.contains(&source.collection()))
        .collect();
    let at = usize::try_from(run.cursor["source"].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
    let Some(source) = sources.get(at) else { return Ok(Done::default()) };
    let after = run.cursor["after"].as_str().map(|cursor| Cursor(cursor.to_owned()));
    let (count, next) = app.rebuild_piece(**source, after.as_ref()).await?;
    app.shared.ports.search.settled().await?;
    let mut done = Done::default();
    (done.counts.total, done.counts.updated) = (count as u64, count as u64);
    done.next = match next {
        Some(Cursor(cursor)) => Some(json!({"source": at, "after": cursor})),
        None if at + 1 < sources.len() => Some(json!({"source": at + 1})),
        None => None,
    };
    Ok(done)
}
