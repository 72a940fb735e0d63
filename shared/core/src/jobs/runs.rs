//! Runs: started, listed, stopped, started again. InvenioRDM: events reference, runs.

use cairn_model::{
    Error, Identity, Result, Revision,
    jobs::{Job, Level, LogLine, Run, RunInput, Status},
    kinds::JOBS,
    queue::LOW_PRIORITY,
};
use cairn_ports::{Expect, Item, Work, store::Page};
use serde_json::{Map, Value, json};

use super::{Jobs, places};
use crate::framework::Attempt;

/// Runs that are listed at most; older ones are found by their id.
const MOST: usize = 1_000;

impl Jobs {
    /// Starts a run now, whether or not the job is active.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; [`Error::Invalid`].
    pub async fn start(&self, who: &Identity, job: &str, body: &Map<String, Value>) -> Result<Run> {
        who.require_administrator()?;
        let input = RunInput::read(body)?;
        let (job, _) = self.load(job).await?;
        let title = input.title.unwrap_or_else(|| "Manual run".into());
        let args = input.args.or_else(|| job.run_args.clone()).unwrap_or_default();
        let run = self.new_run(&job, who, title, args, input.queue)?;
        let mut work = self.shared.work();
        self.begin(&mut work, &run, who)?;
        self.shared.ports.store.commit(&work).await?;
        Ok(run)
    }

    /// A run that is to be, with arguments that fit its task.
    pub(super) fn new_run(
        &self,
        job: &Job,
        who: &Identity,
        title: String,
        args: Map<String, Value>,
        queue: Option<String>,
    ) -> Result<Run> {
        let unknown = || Error::BadRequest(format!("there is no task `{}` any more", job.task));
        let task = self.task(&job.task).ok_or_else(unknown)?;
        self.shared.schemas.admit(task.name, task.parameters, "args", &args)?;
        let now = self.shared.now();
        Ok(Run {
            id: self.shared.ports.ids.uuid(now),
            job_id: job.id.clone(),
            task: job.task.clone(),
            created: now,
            updated: now,
            started_at: None,
            finished_at: None,
            started_by: who.id().map(ToString::to_string),
            status: Status::Queued,
            message: None,
            title,
            args,
            queue: queue.unwrap_or_else(|| job.default_queue.clone()),
            step: 0,
            cursor: Value::Null,
            attempts: 0,
            counts: cairn_model::jobs::Counts::default(),
            complete: false,
            began: 0,
        })
    }

    /// Adds a new run to `work`, and what has its first step done.
    pub(super) fn begin(&self, work: &mut Work, run: &Run, who: &Identity) -> Result<()> {
        let key = places::run(&run.job_id, &run.id);
        work.put(Item::new(key, Revision::FIRST, places::body(run)?), Expect::Absent);
        work.put(Item::new(places::active(&run.job_id, &run.id), Revision::FIRST, json!({})), Expect::Absent);
        self.due(work, run, who, Revision::FIRST);
        Ok(())
    }

    /// Adds to `work` what has the next step of a run done.
    pub(super) fn due(&self, work: &mut Work, run: &Run, who: &Identity, revision: Revision) {
        let low = cairn_model::jobs::queue(&run.queue) == &LOW_PRIORITY;
        let kind = if low { "run.due_low" } else { "run.due" };
        work.emit(self.shared.event(kind, subject(run), who, revision, json!({"step": run.step})));
    }

    /// Stores another state of a run.
    pub(super) fn put(work: &mut Work, run: &Run, before: Revision) -> Result<()> {
        let key = places::run(&run.job_id, &run.id);
        work.put(Item::new(key, before.next(), places::body(run)?), Expect::At(before));
        Ok(())
    }

    /// The runs of a job, newest first, whose id has `part` in it.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`].
    pub async fn runs(&self, who: &Identity, job: &str, part: &str) -> Result<Vec<Run>> {
        who.require_administrator()?;
        self.load(job).await?;
        let mut page = Page { prefix: places::RUN.into(), descending: true, ..Page::default() };
        let mut runs = Vec::new();
        loop {
            let found = self.shared.ports.store.query(JOBS, &places::runs(job), &page).await?;
            let wanted = found.items.into_iter().filter(|item| item.key.sort.contains(part));
            for item in wanted {
                runs.push(places::stored_run(item)?);
            }
            page.after = found.next;
            if page.after.is_none() || runs.len() >= MOST {
                return Ok(runs);
            }
        }
    }

    /// Reads a run.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`].
    pub async fn run(&self, who: &Identity, job: &str, id: &str) -> Result<Run> {
        who.require_administrator()?;
        Ok(self.existing_run(job, id).await?.0)
    }

    /// A run whose job is still there.
    pub(super) async fn existing_run(&self, job: &str, id: &str) -> Result<(Run, Revision)> {
        self.load(job).await?;
        self.load_run(job, id).await
    }

    pub(super) async fn load_run(&self, job: &str, id: &str) -> Result<(Run, Revision)> {
        let unknown = || Error::NotFound(format!("Run with ID {id} for job {job} does not exist."));
        if !places::is_uuid(id) || !places::is_uuid(job) {
            return Err(unknown());
        }
        let item = self.shared.ports.store.get(&places::run(job, id)).await?.ok_or_else(unknown)?;
        let revision = item.revision;
        Ok((places::stored_run(item)?, revision))
    }

    /// The state of a run, if it is there.
    pub(crate) async fn status(&self, job: &str, id: &str) -> Result<Option<Status>> {
        match self.load_run(job, id).await {
            Ok((run, _)) => Ok(Some(run.status)),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a run is there and not over.
    pub(crate) async fn is_under_way(&self, job: &str, id: &str) -> Result<bool> {
        Ok(self.status(job, id).await?.is_some_and(|status| !status.is_final()))
    }

    /// Deletes a run. One that is under way ends with its step.
    ///
    /// # Errors
    /// As [`Jobs::run`].
    pub async fn delete_run(&self, who: &Identity, job: &str, id: &str) -> Result<()> {
        who.require_administrator()?;
        self.existing_run(job, id).await?;
        let mut work = self.shared.work();
        work.delete(places::run(job, id), Expect::Any);
        work.delete(places::active(job, id), Expect::Any);
        self.shared.ports.store.commit(&work).await?;
        Ok(())
    }

    /// Has a run stop after the step that is under way.
    ///
    /// # Errors
    /// As [`Jobs::run`]; [`Error::BadRequest`] for one that is over.
    pub async fn stop(&self, who: &Identity, job: &str, id: &str) -> Result<Run> {
        who.require_administrator()?;
        let line = LogLine::new(Level::Info, "It is to stop.");
        self.change(who, job, id, line, |run| {
            run.status = run.status.change_to(Status::Cancelling)?;
            Ok(false)
        })
        .await
    }

    /// Starts a run again that failed or was stopped: it goes on where it was, or begins anew if it came to its end.
    ///
    /// # Errors
    /// As [`Jobs::run`]; [`Error::BadRequest`] for one that is under way or has succeeded.
    pub async fn retry(&self, who: &Identity, job: &str, id: &str) -> Result<Run> {
        who.require_administrator()?;
        let line = LogLine::new(Level::Info, "It is started again.");
        self.change(who, job, id, line, |run| {
            run.status = run.status.change_to(Status::Queued)?;
            run.step += 1;
            run.attempts = 0;
            run.finished_at = None;
            if std::mem::take(&mut run.complete) {
                run.cursor = Value::Null;
                run.began = run.step;
                run.counts = cairn_model::jobs::Counts::default();
            }
            Ok(true)
        })
        .await
    }

    /// Changes a run; `change` tells whether its next step is to be done.
    async fn change(
        &self,
        who: &Identity,
        job: &str,
        id: &str,
        line: LogLine,
        change: impl Fn(&mut Run) -> Result<bool>,
    ) -> Result<Run> {
        self.shared.attempt(|| self.try_change(who, job, id, line.clone(), &change)).await
    }

    async fn try_change(
        &self,
        who: &Identity,
        job: &str,
        id: &str,
        line: LogLine,
        change: &impl Fn(&mut Run) -> Result<bool>,
    ) -> Result<Run, Attempt> {
        let (mut run, revision) = self.existing_run(job, id).await?;
        let goes_on = change(&mut run)?;
        run.updated = self.shared.now();
        let mut work = self.shared.work();
        Self::put(&mut work, &run, revision)?;
        if goes_on {
            let key = places::active(job, id);
            work.put(Item::new(key, Revision::FIRST, json!({})), Expect::Absent);
            self.due(&mut work, &run, who, revision.next());
        }
        Self::log(&mut work, &run, revision.next(), &[line])?;
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(run)
    }
}

/// What events call a run.
pub(super) fn subject(run: &Run) -> String {
    format!("runs/{}/{}", run.job_id, run.id)
}
