//! One step of a run: done at least once, counted once.

use std::panic::AssertUnwindSafe;

use cairn_model::{
    Error, Event, Identity, Result, Revision, UserId,
    jobs::{Counts, Level, LogLine, Run, Status},
};
use cairn_ports::Expect;
use futures::FutureExt;
use serde_json::json;

use super::{Done, Jobs, Step, places, runs::subject};
use crate::{app::App, framework::Attempt};

/// How often a step is tried before its run fails.
const TRIES: u32 = 5;

/// What a step came to.
enum Outcome {
    Done(Done),
    /// It may work another time.
    Hindered(Error),
    /// It will not.
    Failed(Error),
    /// The run was to stop before the step began.
    Stopped,
    /// Nobody seems to do it: its event has come to a dead end.
    Silent,
}

/// Does the step that an event tells of, unless it is done.
///
/// # Errors
/// What hindered the step; it is tried again when the event comes back.
pub(crate) async fn take(app: &App, event: &Event) -> Result<()> {
    let Some((job, id)) = event.subject.strip_prefix("runs/").and_then(|rest| rest.split_once('/')) else {
        return Ok(());
    };
    let Some(step) = event.data["step"].as_u64() else { return Ok(()) };
    let jobs = &app.jobs;
    let Some((run, revision)) = waiting(jobs.load_run(job, id).await, step)? else { return Ok(()) };
    match jobs.load(job).await {
        Err(Error::NotFound(_)) => return jobs.forget(job, id).await,
        other => drop(other?),
    }
    let run = if run.status == Status::Queued { jobs.mark_running(run, revision).await? } else { run };
    let outcome = match run.status {
        Status::Cancelling => Outcome::Stopped,
        _ => perform(app, &run).await,
    };
    let again = match &outcome {
        Outcome::Hindered(error) if run.attempts + 1 < TRIES => Err(error.clone()),
        _ => Ok(()),
    };
    match jobs.settle(job, id, step, &outcome).await {
        // What it made or said is more than can be stored: no other time will it be less.
        Err(error @ Error::TooLarge(_)) => jobs.settle(job, id, step, &Outcome::Failed(error)).await,
        other => other.and(again),
    }
}

/// The run, if this step of it is still to be done.
fn waiting(found: Result<(Run, Revision)>, step: u64) -> Result<Option<(Run, Revision)>> {
    match found {
        Ok((run, revision)) => {
            let waits = run.step == step && !run.status.is_final();
            Ok(waits.then_some((run, revision)))
        }
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn perform(app: &App, run: &Run) -> Outcome {
    let who = match &run.started_by {
        None => Some(Identity::system()),
        Some(id) => match app.users.identity(&UserId(id.clone())).await {
            Ok(who) => who,
            Err(error) => return Outcome::Hindered(error),
        },
    };
    let (Some(who), Some(task)) = (who, app.jobs.task(&run.task)) else {
        let gone = Error::BadRequest("whoever started it may not do so any more, or the task is gone".into());
        return Outcome::Failed(gone);
    };
    let step = AssertUnwindSafe((task.perform)(Step { app, who: &who, run })).catch_unwind().await;
    match step.unwrap_or_else(|_| Err(Error::Internal("the step panicked".into()))) {
        Ok(done) => Outcome::Done(done),
        Err(error @ (Error::Unavailable(_) | Error::Conflict(_))) => Outcome::Hindered(error),
        Err(error) => Outcome::Failed(error),
    }
}

impl Jobs {
    async fn mark_running(&self, mut run: Run, revision: Revision) -> Result<Run> {
        let now = self.shared.now();
        run.status = Status::Running;
        run.updated = now;
        run.started_at.get_or_insert(now);
        let mut work = self.shared.work();
        Self::put(&mut work, &run, revision)?;
        match self.shared.ports.store.commit(&work).await {
            Ok(()) => Ok(run),
            // Somebody does the same, or has just stopped it: both show when the step is counted.
            Err(cairn_ports::StoreError::Conflict(_)) => Ok(self.load_run(&run.job_id, &run.id).await?.0),
            Err(error) => Err(error.into()),
        }
    }

    /// Counts a step: what it came to, what it said and made, and word that the next one is due, in one transaction.
    async fn settle(&self, job: &str, id: &str, step: u64, outcome: &Outcome) -> Result<()> {
        self.shared.attempt(|| self.try_settle(job, id, step, outcome)).await
    }

    async fn try_settle(&self, job: &str, id: &str, step: u64, outcome: &Outcome) -> Result<(), Attempt> {
        // What another has counted meanwhile is not counted twice.
        let Some((mut run, revision)) = waiting(self.load_run(job, id).await, step)? else { return Ok(()) };
        let next = revision.next();
        let now = self.shared.now();
        run.updated = now;
        let mut work = self.shared.work();
        let mut lines = Vec::new();
        match outcome {
            Outcome::Done(done) => {
                self.keep_results(&mut work, &run, &done.results);
                lines.extend(done.log.iter().cloned());
                advance(&mut run, done);
            }
            Outcome::Stopped => {}
            Outcome::Hindered(error) => hindered(&mut run, &mut lines, &error.sentence()),
            Outcome::Silent => hindered(&mut run, &mut lines, "nothing was heard of the step"),
            Outcome::Failed(error) => {
                lines.push(LogLine::new(Level::Error, error.sentence()));
                fail(&mut run, &error.sentence());
            }
        }
        if run.status == Status::Cancelling {
            run.status = Status::Cancelled;
        }
        let system = Identity::system();
        if run.status.is_final() {
            run.finished_at = Some(now);
            lines.push(LogLine::new(Level::Info, format!("It ended: {}.", run.status.name())));
            work.delete(places::active(job, id), Expect::Any);
            let data = json!({"status": run.status});
            work.emit(self.shared.event("run.finished", subject(&run), &system, next, data));
        } else if run.step != step || matches!(outcome, Outcome::Silent) {
            self.due(&mut work, &run, &system, next);
        }
        Self::put(&mut work, &run, revision)?;
        Self::log(&mut work, &run, next, &lines)?;
        self.shared.commit(work, Vec::new(), None).await
    }

    /// Has the step done again that nobody seems to do.
    pub(super) async fn revive(&self, job: &str, id: &str) -> Result<()> {
        match self.load_run(job, id).await {
            Ok((run, _)) if !run.status.is_final() => self.settle(job, id, run.step, &Outcome::Silent).await,
            Ok(_) | Err(Error::NotFound(_)) => self.forget(job, id).await,
            Err(error) => Err(error),
        }
    }

    /// The run is looked after no more.
    async fn forget(&self, job: &str, id: &str) -> Result<()> {
        let mut work = self.shared.work();
        work.delete(places::active(job, id), Expect::Any);
        Ok(self.shared.ports.store.commit(&work).await?)
    }
}

/// The step did not work this time; after some tries it is given up.
fn hindered(run: &mut Run, lines: &mut Vec<LogLine>, why: &str) {
    run.attempts += 1;
    lines.push(LogLine::new(Level::Warning, format!("The step did not work: {why}.")));
    if run.attempts >= TRIES {
        fail(run, &format!("given up after {TRIES} tries: {why}"));
    }
}

fn advance(run: &mut Run, done: &Done) {
    let Counts { total, inserted, updated, unchanged, errored } = done.counts;
    run.counts.total += total;
    run.counts.inserted += inserted;
    run.counts.updated += updated;
    run.counts.unchanged += unchanged;
    run.counts.errored += errored;
    run.message = Some(run.counts.sentence());
    run.step += 1;
    run.attempts = 0;
    if let Some(next) = &done.next {
        run.cursor = next.clone();
    } else {
        run.complete = true;
        run.status = run.outcome();
    }
}

fn fail(run: &mut Run, why: &str) {
    run.status = Status::Failed;
    run.message = Some(why.to_owned());
}
