//! What runs say on the way, and what they make.

use cairn_model::{
    Error, Identity, Result, Revision, Timestamp,
    jobs::{LogLine, Run},
    kinds::JOBS,
};
use cairn_ports::{Expect, Item, Key, Work, store::Page};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Jobs, places};

/// Seconds that logs are kept: 90 days, as in InvenioRDM.
const KEPT: i64 = 90 * 86_400;
/// Seconds that results are kept.
const RESULTS_KEPT: i64 = 30 * 86_400;
/// Lines given at once; InvenioRDM's limit.
const MOST: usize = 2_000;

const LOG: &str = "log#";
const RESULT: &str = "result#";

/// A line of a log, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// When it was written.
    pub at: Timestamp,
    /// The line.
    pub line: LogLine,
    /// Its place: what [`Jobs::logs`] goes on after.
    pub place: String,
}

/// A piece of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogPage {
    /// The run's job.
    pub run: Run,
    /// Lines in their order.
    pub entries: Vec<LogEntry>,
    /// There are more.
    pub more: bool,
}

impl Jobs {
    /// Adds lines to a run's log, with the change of the run that made them.
    pub(super) fn log(work: &mut Work, run: &Run, at: Revision, lines: &[LogLine]) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let key = Key::new(JOBS, places::of_run(&run.id), format!("{LOG}{:012}", at.0));
        let body = json!({"at": run.updated, "lines": places::body(&lines)?});
        let expires = Some(run.updated.seconds() + KEPT);
        work.put(Item { expires, ..Item::new(key, Revision::FIRST, body) }, Expect::Absent);
        Ok(())
    }

    /// The log of a run, from the beginning or after a place.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`].
    pub async fn logs(&self, who: &Identity, job: &str, id: &str, after: Option<&str>) -> Result<LogPage> {
        who.require_administrator()?;
        let (run, _) = self.existing_run(job, id).await?;
        let bad = || Error::field("search_after", "Not a valid cursor.");
        let (item, line) = match after {
            None => ("", 0),
            Some(after) => {
                let (item, line) =
                    after.split_once('.').filter(|(item, _)| item.starts_with(LOG)).ok_or_else(bad)?;
                (item, line.parse().map_err(|_| bad())?)
            }
        };
        let damaged = |error: serde_json::Error| Error::Internal(format!("the log of run `{id}`: {error}"));
        // The item itself may hold more lines than were given: it is read again.
        let mut page = Page { prefix: LOG.into(), ..Page::default() };
        let mut entries = Vec::new();
        loop {
            let found = self.shared.ports.store.query(JOBS, &places::of_run(id), &page).await?;
            for stored in found.items.iter().filter(|stored| stored.key.sort.as_str() >= item) {
                let at = Timestamp::deserialize(&stored.body["at"]).map_err(damaged)?;
                let lines = Vec::<LogLine>::deserialize(&stored.body["lines"]).map_err(damaged)?;
                for (number, one) in lines.into_iter().enumerate() {
                    if stored.key.sort == item && number <= line {
                        continue;
                    }
                    entries.push(LogEntry { at, line: one, place: format!("{}.{number}", stored.key.sort) });
                }
            }
            page.after = found.next;
            if page.after.is_none() || entries.len() > MOST {
                break;
            }
        }
        let more = entries.len() > MOST;
        entries.truncate(MOST);
        Ok(LogPage { run, entries, more })
    }

    /// The job that a run belongs to, found by the run's id alone: runs that are under way and the latest of each job.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; those of the store.
    pub async fn job_of(&self, who: &Identity, run: &str) -> Result<String> {
        who.require_administrator()?;
        let unknown = || Error::NotFound(format!("Run with ID {run} does not exist."));
        if !places::is_uuid(run) {
            return Err(unknown());
        }
        let jobs = self.all().await?;
        let keys: Vec<Key> = jobs.iter().map(|(job, _)| places::run(&job.id, run)).collect();
        for keys in keys.chunks(100) {
            let found = self.shared.ports.store.batch_get(keys).await?;
            if let Some(item) = found.into_iter().flatten().next() {
                return Ok(places::stored_run(item)?.job_id);
            }
        }
        Err(unknown())
    }

    /// Adds to `work` what a step has made.
    pub(super) fn keep_results(&self, work: &mut Work, run: &Run, results: &[Value]) {
        if results.is_empty() {
            return;
        }
        let key = Key::new(JOBS, places::of_run(&run.id), place(run.step));
        let expires = Some(self.shared.now().seconds() + RESULTS_KEPT);
        let body = json!({"results": results});
        work.put(Item { expires, ..Item::new(key, Revision::FIRST, body) }, Expect::Absent);
    }

    /// What a run has made: a piece of it, after a place, and where to go on.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`].
    pub async fn results(
        &self,
        who: &Identity,
        job: &str,
        id: &str,
        after: Option<&str>,
    ) -> Result<(Vec<Value>, Option<String>)> {
        who.require_administrator()?;
        let (run, _) = self.existing_run(job, id).await?;
        // What it made before it began anew is not what it has made.
        let before = run.began.checked_sub(1).map(place);
        if after.is_some_and(|after| !after.starts_with(RESULT)) {
            return Err(Error::field("after", "Not a valid cursor."));
        }
        let after = after.map(ToOwned::to_owned).or(before);
        let page = Page { prefix: RESULT.into(), after, limit: 1, ..Page::default() };
        let found = self.shared.ports.store.query(JOBS, &places::of_run(id), &page).await?;
        let Some(mut item) = found.items.into_iter().next() else { return Ok((Vec::new(), None)) };
        let results = match item.body["results"].take() {
            Value::Array(results) => results,
            _ => Vec::new(),
        };
        Ok((results, Some(item.key.sort)))
    }
}

/// Where the result of a step is.
fn place(step: u64) -> String {
    format!("{RESULT}{step:012}")
}
