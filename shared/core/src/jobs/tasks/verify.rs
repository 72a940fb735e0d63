//! Compares the search index with what is stored, both ways.

use cairn_model::{
    Result,
    jobs::{Level, LogLine},
};
use cairn_ports::search::Generation;
use futures::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Done, Step, Task, reindex::named};
use crate::{
    framework::Source,
    rebuild::{Places, Tally, against_live, ghosts, walk},
};

/// For administrators.
pub(super) static TASK: Task = Task {
    name: "verify_index",
    title: "Compare the search index with the store",
    description: "Compare the search indices of some collections with what is stored, and put right what differs if \
                  asked to",
    parameters: r#"{"type": "object", "additionalProperties": false, "properties": {
        "collections": {"type": "array", "items": {"type": "string"}, "description": "Which; all where none is named"},
        "mend": {"type": "boolean", "default": false, "description": "Put right what differs"}
    }}"#,
    queue: "low",
    by_message: true,
    perform: |step| verify(step).boxed(),
};

/// How far it came.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    /// The place of the source that is under way.
    source: usize,
    places: Places,
    /// The index of the source whose documents are looked through, and the id behind which to go on.
    index: usize,
    after: Option<String>,
    found: Tally,
}

async fn verify(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let sources = named(app, run.args.get("collections"))?;
    let mend = run.args.get("mend") == Some(&Value::Bool(true));
    let mut progress: Progress = serde_json::from_value(run.cursor.clone()).unwrap_or_default();
    let source = sources[progress.source.min(sources.len() - 1)];
    let mappings = source.mappings();
    let tally = if !progress.places.are_done() {
        let compare = if mend { against_live::<true> } else { against_live::<false> };
        walk(app, &[source], &mut 0, &mut progress.places, compare).await?
    } else if let Some(mapping) = mappings.get(progress.index) {
        let after = progress.after.take();
        let (tally, next) = ghosts(app, source, mapping.index, Generation::Live, after, mend).await?;
        progress.index += usize::from(next.is_none());
        progress.after = next;
        tally
    } else {
        Tally::default()
    };
    if mend {
        app.shared.ports.search.settled().await?;
    }
    let mut done = counted(&tally);
    progress.found.add(tally);
    if progress.places.are_done() && progress.index == mappings.len() {
        (progress.source, progress.places, progress.index) = (progress.source + 1, Places::default(), 0);
    }
    if progress.source < sources.len() {
        done.next = Some(json!(progress));
    } else {
        conclude(&sources, &progress.found, &mut done);
    }
    Ok(done)
}

/// What a step has looked at: an entity counts once, a document that nothing is stored of too.
fn counted(tally: &Tally) -> Done {
    let mut done = Done::default();
    done.counts.errored = tally.differences() - tally.mended;
    done.counts.total = tally.documents + tally.ghosts + tally.ahead;
    done.counts.updated = done.counts.total.saturating_sub(done.counts.errored);
    done
}

/// Says what was found, and keeps it as the run's result.
fn conclude(sources: &[&'static dyn Source], found: &Tally, done: &mut Done) {
    let level = |count: u64| if count == 0 { Level::Info } else { Level::Warning };
    for difference in &found.first {
        done.log.push(LogLine::new(Level::Warning, difference.clone()));
    }
    let collections: Vec<&str> = sources.iter().map(|source| source.collection()).collect();
    let said = format!(
        "{} documents of {} entities in {} were compared: {}.",
        found.documents,
        found.entities,
        collections.join(", "),
        found.sentence()
    );
    done.log.push(LogLine::new(level(found.differences()), said));
    done.results.push(json!(found));
}
