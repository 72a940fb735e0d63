//! Tasks: what jobs can do, one file and one line each.

mod delete;
pub(crate) mod dependents;
mod embargoes;
mod entries;
mod events;
mod export;
mod files;
mod import;
mod links;
mod migrate;
mod reindex;
mod usage;
mod verify;

use cairn_model::{
    Error, Identity, Result,
    jobs::{Counts, Level, LogLine, Run},
};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use serde_json::{Value, json};

use crate::{app::App, files::Audited};

/// Entries dealt with at a time.
const AT_ONCE: usize = 16;

/// Every task.
pub static TASKS: &[&Task] = &[
    &import::TASK,
    &export::TASK,
    &reindex::TASK,
    &verify::TASK,
    &delete::TASK,
    &dependents::TASK,
    &files::AUDIT,
    &files::SWEEP,
    &events::TASK,
    &links::TASK,
    &migrate::TASK,
    &usage::TASK,
    &embargoes::TASK,
    &entries::TASK,
];

/// Does one step of a run.
pub type Perform = for<'a> fn(Step<'a>) -> BoxFuture<'a, Result<Done>>;

/// Something that jobs can do.
#[derive(Debug)]
pub struct Task {
    /// Its name: `task` of jobs and of messages.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it does, as a sentence.
    pub description: &'static str,
    /// The JSON Schema of its arguments.
    pub parameters: &'static str,
    /// The queue of its runs: `celery`, or `low` for what nobody waits for.
    pub queue: &'static str,
    /// Machines may ask for it by message.
    pub by_message: bool,
    /// Does a step: some seconds of work that may be done twice, for it is done again if it is cut off. An error of
    /// [`cairn_model::Error::Unavailable`] is tried again, any other ends the run; what is wrong with one entry is counted
    /// and logged instead.
    pub perform: Perform,
}

/// What looks after the site itself: nobody waits for it, and only administrators and the clock ask for it.
const UPKEEP: Task = Task {
    name: "",
    title: "",
    description: "",
    parameters: r#"{"type": "object", "additionalProperties": false, "properties": {}}"#,
    queue: "low",
    by_message: false,
    perform: |_| futures::future::ready(Ok(Done::default())).boxed(),
};

/// A step to do.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// The repository.
    pub app: &'a App,
    /// In whose name.
    pub who: &'a Identity,
    /// The run: its arguments, and the cursor that the step before has left.
    pub run: &'a Run,
}

/// What a step has done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Done {
    /// Where the next step goes on; nothing once all is done.
    pub next: Option<Value>,
    /// Entries of this step; `total` are those that have become known.
    pub counts: Counts,
    /// What there is to say.
    pub log: Vec<LogLine>,
    /// What it has made: at most 64 MB of JSON.
    pub results: Vec<Value>,
}

impl Step<'_> {
    /// The argument `days`, or so many where it was not said.
    fn days(&self, otherwise: i64) -> i64 {
        self.run.args.get("days").and_then(Value::as_i64).unwrap_or(otherwise)
    }
}

/// Whether an error is not the entry's: the step is done again, all of it.
fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Unavailable(_) | Error::Conflict(_) | Error::Undeclared(_) | Error::Internal(_))
}

/// What each of some works gives, in their order, [`AT_ONCE`] of them under way at a time.
pub(crate) async fn together<W: Future>(works: impl IntoIterator<Item = W>) -> Vec<W::Output> {
    // Collected first: a stream of closures would have to live for any lifetime.
    let works: Vec<W> = works.into_iter().collect();
    stream::iter(works).buffered(AT_ONCE).collect().await
}

/// What a step has done that looked at some of these things.
fn looked_at(what: &str, audited: Audited) -> Done {
    let Audited { checked, fresh, faults, next } = audited;
    let mut done = Done { next: next.map(|after| json!({"after": after})), ..Done::default() };
    done.counts.total = checked;
    done.counts.errored = faults.len() as u64;
    done.counts.updated = checked - done.counts.errored;
    done.log = faulty(faults);
    done.log.push(LogLine::new(Level::Info, format!("{checked} {what} checked, {fresh} not due")));
    done
}

/// What is said of files that something is wrong with: set, name and fault.
fn faulty(faults: Vec<(String, String, String)>) -> Vec<LogLine> {
    let line = |(set, key, fault)| LogLine::new(Level::Error, format!("{set}: {key}: {fault}"));
    faults.into_iter().map(line).collect()
}
