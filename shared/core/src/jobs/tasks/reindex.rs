//! Makes search indices anew from what is stored, while all goes on (ADR 0010).

use std::{collections::BTreeMap, time::Duration};

use cairn_model::{
    Error, Result,
    jobs::{Level, LogLine, Run},
};
use cairn_ports::search::Generation;
use futures::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Done, Step, Task};
use crate::{
    app::App,
    framework::Source,
    rebuild::{Places, Tally, against_next, fill, ghosts, indices, listed, walk},
};

/// For administrators. One run at a time.
pub(super) static TASK: Task = Task {
    name: "reindex",
    title: "Make the search index anew",
    description: "Make the search indices of some collections anew from what is stored, beside those that are searched, \
                  compare them with the store, and put them into their place",
    parameters: r#"{"type": "object", "additionalProperties": false, "properties": {
        "collections": {"type": "array", "items": {"type": "string"}, "description": "Which; all where none is named"}
    }}"#,
    queue: "low",
    by_message: true,
    perform: |step| reindex(step).boxed(),
};

/// How far a rebuild came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Progress {
    phase: Phase,
    /// When its generations were begun, in seconds since 1970.
    begun: i64,
    /// The generations that are being made, by index.
    names: BTreeMap<String, String>,
    /// The place of the source that is under way.
    source: usize,
    places: Places,
    /// The index of the source whose documents are looked through, and the id behind which to go on.
    #[serde(default)]
    index: usize,
    #[serde(default)]
    after: Option<String>,
    /// What was read.
    filled: Tally,
    /// What was then found in the new generations.
    seen: Tally,
    /// What of it was not as it should be.
    found: Tally,
}

/// What is being done, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    /// Until everybody writes to the new generations too.
    Wait,
    /// All that is stored is read into the new generations.
    Fill,
    /// They are looked through: do they hold what was read, and nothing else?
    Look,
    /// They do not. All that is stored is looked up in them.
    Compare,
    /// All that they hold is looked up in the store.
    Ghosts,
    /// They take the place of the others.
    Swap,
}

async fn reindex(step: Step<'_>) -> Result<Done> {
    let Step { app, who, run } = step;
    who.require_administrator()?;
    let sources = named(app, run.args.get("collections"))?;
    app.claim_rebuild(run).await?;
    let progress: Option<Progress> = serde_json::from_value(run.cursor.clone()).unwrap_or_default();
    let indices = indices(&sources);
    match progress {
        Some(progress) if progress.phase == Phase::Swap => swap(app, run, &indices, progress).await,
        Some(progress) if are_there(app, &progress, Generation::Next).await? => {
            go_on(app, &sources, progress).await
        }
        // The first step; or somebody has given up what was being made.
        _ => begin(app, run, &indices).await,
    }
}

/// The sources of these collections; all where none is named.
pub(super) fn named(app: &App, collections: Option<&Value>) -> Result<Vec<&'static dyn Source>> {
    let wanted: Vec<&str> = match collections {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let known: Vec<&str> = app.sources.iter().map(|source| source.collection()).collect();
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(name)) {
        let known = known.join(", ");
        return Err(Error::BadRequest(format!("there is no collection `{unknown}`; there are: {known}")));
    }
    let is_wanted =
        |source: &&&'static dyn Source| wanted.is_empty() || wanted.contains(&source.collection());
    Ok(app.sources.iter().filter(is_wanted).copied().collect())
}

/// Whether these are still the generations of this sort.
async fn are_there(app: &App, progress: &Progress, generation: Generation) -> Result<bool> {
    for source in &app.sources {
        for mapping in source.mappings() {
            if let Some(wanted) = progress.names.get(mapping.index)
                && app.shared.ports.search.named(mapping.index, generation).await?.as_ref() != Some(wanted)
            {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Begins, with empty generations.
async fn begin(app: &App, run: &Run, indices: &[&'static str]) -> Result<Done> {
    let search = &app.shared.ports.search;
    let (mut names, mut documents) = (BTreeMap::new(), 0);
    for index in indices {
        search.abandon(index).await?;
        names.insert((*index).to_owned(), search.begin(index).await?);
        documents += search.count(index, Generation::Live).await?;
    }
    let progress = Progress {
        phase: Phase::Wait,
        begun: app.shared.now().seconds(),
        names,
        source: 0,
        places: Places::default(),
        index: 0,
        after: None,
        filled: Tally::default(),
        seen: Tally::default(),
        found: Tally::default(),
    };
    let mut done = Done { next: Some(json!(progress)), ..Done::default() };
    // As many as there are; where it begins anew, that many more.
    done.counts.total = (documents + run.counts.done()).saturating_sub(run.counts.total);
    done.log.push(LogLine::new(Level::Info, format!("The index has {documents} documents.")));
    Ok(done)
}

async fn go_on(app: &App, sources: &[&'static dyn Source], mut progress: Progress) -> Result<Done> {
    let mut done = Done::default();
    let source = sources[progress.source.min(sources.len() - 1)];
    let is_over = match progress.phase {
        Phase::Wait => {
            wait_for_writers(app, progress.begun).await;
            progress.phase = Phase::Fill;
            done.log.push(LogLine::new(Level::Info, "Whatever is written goes to the new index too."));
            false
        }
        Phase::Fill => {
            let tally = walk(app, sources, &mut progress.source, &mut progress.places, fill).await?;
            done.counts.updated = tally.documents;
            progress.filled.add(tally);
            progress.places.are_done()
        }
        Phase::Look => look(app, source, &mut progress).await?,
        Phase::Compare => {
            let tally = walk(app, sources, &mut progress.source, &mut progress.places, against_next).await?;
            progress.found.add(tally);
            progress.places.are_done()
        }
        Phase::Ghosts | Phase::Swap => look_for_ghosts(app, source, &mut progress).await?,
    };
    let (search, phase) = (&app.shared.ports.search, progress.phase);
    if is_over {
        next(sources, &mut progress, &mut done);
    }
    // What the next step relies on is durable, what the next phase looks at can be seen.
    if progress.phase == phase {
        search.settled().await?;
    } else {
        search.flush().await?;
    }
    done.next = Some(json!(progress));
    Ok(done)
}

/// Sums up some documents of one index; tells whether they were the last of the source.
async fn look(app: &App, source: &'static dyn Source, progress: &mut Progress) -> Result<bool> {
    let mappings = source.mappings();
    let Some(mapping) = mappings.get(progress.index) else { return Ok(true) };
    let (tally, next) = listed(app, mapping.index, Generation::Next, progress.after.take()).await?;
    progress.seen.add(tally);
    progress.index += usize::from(next.is_none());
    progress.after = next;
    Ok(progress.index == mappings.len())
}

/// Looks through some documents of one index; tells whether they were the last of the source.
async fn look_for_ghosts(app: &App, source: &'static dyn Source, progress: &mut Progress) -> Result<bool> {
    let mappings = source.mappings();
    let Some(mapping) = mappings.get(progress.index) else { return Ok(true) };
    let after = progress.after.take();
    let (tally, next) = ghosts(app, source, mapping.index, Generation::Next, after, true).await?;
    progress.found.add(tally);
    progress.index += usize::from(next.is_none());
    progress.after = next;
    Ok(progress.index == mappings.len())
}

/// On to the next source, or the next phase.
fn next(sources: &[&'static dyn Source], progress: &mut Progress, done: &mut Done) {
    (progress.places, progress.index) = (Places::default(), 0);
    progress.source += 1;
    if progress.source < sources.len() {
        return;
    }
    progress.source = 0;
    let (phase, said) = match progress.phase {
        Phase::Wait | Phase::Fill => (Phase::Look, "All that is stored was read.".into()),
        Phase::Look
            if (progress.seen.documents, progress.seen.sum)
                == (progress.filled.documents, progress.filled.sum) =>
        {
            let documents = progress.seen.documents;
            (Phase::Swap, format!("The new index has these {documents} documents, and no others."))
        }
        Phase::Look => {
            (Phase::Compare, "Others wrote meanwhile: each document is compared with the store.".into())
        }
        Phase::Compare => (Phase::Ghosts, "All that is stored was looked up in the new index.".into()),
        Phase::Ghosts | Phase::Swap => (
            Phase::Swap,
            format!("The new index was compared with the store: {}.", progress.found.sentence()),
        ),
    };
    progress.phase = phase;
    done.log.push(LogLine::new(Level::Info, said));
}

/// From then on everybody writes to both generations: what was committed before is read, what comes later is written.
async fn wait_for_writers(app: &App, begun: i64) {
    let passed = u64::try_from(app.shared.now().seconds() - begun).unwrap_or(0);
    // A second more: the beginning was rounded.
    let notice = app.shared.ports.search.notice();
    if !notice.is_zero() {
        tokio::time::sleep((notice + Duration::from_secs(1)).saturating_sub(Duration::from_secs(passed)))
            .await;
    }
}

async fn swap(app: &App, run: &Run, indices: &[&'static str], progress: Progress) -> Result<Done> {
    // Done before, where nobody heard of it.
    if !are_there(app, &progress, Generation::Live).await? {
        if !are_there(app, &progress, Generation::Next).await? {
            return begin(app, run, indices).await;
        }
        app.shared.ports.search.swap(indices).await?;
    }
    app.release_rebuild(&run.id).await?;
    let said = "The new index has taken the place of the old one.";
    Ok(Done { log: vec![LogLine::new(Level::Info, said)], ..Done::default() })
}
