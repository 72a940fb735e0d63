//! Jobs as administrators define them. InvenioRDM: events reference, jobs.

use std::collections::BTreeMap;

use cairn_model::{
    Error, Identity, Result, Revision, Timestamp,
    jobs::{Job, JobInput, Run, Schedule},
    kinds::JOBS,
};
use cairn_ports::{Expect, Item, store::Page};
use serde_json::{Map, Value};

use super::{Jobs, places};
use crate::framework::Attempt;

/// Runs looked at for the last one of each status.
const RECENT: usize = 100;

/// The last runs of a job: of all, and by status.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Latest {
    /// The last one.
    pub last: Option<Run>,
    /// The last one of each status, by its name.
    pub by_status: BTreeMap<&'static str, Run>,
}

impl Jobs {
    /// Defines a job.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`].
    pub async fn create(&self, who: &Identity, body: &Map<String, Value>) -> Result<Job> {
        who.require_administrator()?;
        let input = self.read_input(body)?;
        let now = self.shared.now();
        let mut job = Job {
            id: self.shared.ports.ids.uuid(now),
            created: now,
            updated: now,
            title: input.title,
            description: input.description,
            active: input.active.unwrap_or(true),
            default_queue: input.default_queue.unwrap_or_else(|| self.queue_of(&input.task)),
            task: input.task,
            run_args: input.args,
            schedule: input.schedule,
            notification_emails: input.notification_emails,
            notification_statuses: input.notification_statuses,
            next_run: None,
        };
        self.check(&mut job, now)?;
        let mut work = self.shared.work();
        work.put(Item::new(places::job(&job.id), Revision::FIRST, places::body(&job)?), Expect::Absent);
        self.shared.ports.store.commit(&work).await?;
        Ok(job)
    }

    /// Changes a job. What is not said stays, but for the schedule.
    ///
    /// # Errors
    /// As [`Jobs::create`] and [`Jobs::read`].
    pub async fn update(&self, who: &Identity, id: &str, body: &Map<String, Value>) -> Result<Job> {
        who.require_administrator()?;
        let input = self.read_input(body)?;
        self.shared.attempt(|| self.try_update(id, &input)).await
    }

    async fn try_update(&self, id: &str, input: &JobInput) -> Result<Job, Attempt> {
        let (mut job, revision) = self.load(id).await?;
        let (now, given) = (self.shared.now(), input.clone());
        job.updated = now;
        job.title = given.title;
        job.task = given.task;
        job.description = given.description.or(job.description);
        job.active = given.active.unwrap_or(job.active);
        job.default_queue = given.default_queue.unwrap_or(job.default_queue);
        job.run_args = given.args.or(job.run_args);
        job.schedule = given.schedule;
        job.notification_emails = given.notification_emails.or(job.notification_emails);
        job.notification_statuses = given.notification_statuses.or(job.notification_statuses);
        self.check(&mut job, now)?;
        let mut work = self.shared.work();
        work.put(Item::new(places::job(id), revision.next(), places::body(&job)?), Expect::At(revision));
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(job)
    }

    /// Reads a job.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`].
    pub async fn read(&self, who: &Identity, id: &str) -> Result<Job> {
        who.require_administrator()?;
        Ok(self.load(id).await?.0)
    }

    /// Every job whose title or description has `part` in it, by title.
    ///
    /// # Errors
    /// [`Error::Denied`]; those of the store.
    pub async fn list(&self, who: &Identity, part: &str) -> Result<Vec<Job>> {
        who.require_administrator()?;
        let part = part.to_lowercase();
        let mut jobs = self.all().await?;
        let has = |text: &str| text.to_lowercase().contains(&part);
        jobs.retain(|(job, _)| has(&job.title) || job.description.as_deref().is_some_and(has));
        jobs.sort_by(|(one, _), (other, _)| (&one.title, &one.id).cmp(&(&other.title, &other.id)));
        Ok(jobs.into_iter().map(|(job, _)| job).collect())
    }

    /// Deletes a job. Its runs are found no more; one that is under way ends with its step.
    ///
    /// # Errors
    /// As [`Jobs::read`].
    pub async fn delete(&self, who: &Identity, id: &str) -> Result<()> {
        who.require_administrator()?;
        self.load(id).await?;
        let mut work = self.shared.work();
        work.delete(places::job(id), Expect::Any);
        self.shared.ports.store.commit(&work).await?;
        Ok(())
    }

    /// The last runs of a job.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn latest(&self, job: &str) -> Result<Latest> {
        let mut latest = Latest::default();
        let page = Page { prefix: places::RUN.into(), descending: true, limit: RECENT, ..Page::default() };
        let found = self.shared.ports.store.query(JOBS, &places::runs(job), &page).await?;
        for item in found.items {
            let run = places::stored_run(item)?;
            latest.by_status.entry(run.status.name()).or_insert_with(|| run.clone());
            latest.last.get_or_insert(run);
        }
        Ok(latest)
    }

    /// All jobs, each with its revision.
    pub(super) async fn all(&self) -> Result<Vec<(Job, Revision)>> {
        let (mut jobs, mut page) = (Vec::new(), Page::default());
        loop {
            let found = self.shared.ports.store.query(JOBS, places::ALL, &page).await?;
            for item in found.items {
                let revision = item.revision;
                jobs.push((places::stored_job(item)?, revision));
            }
            page.after = found.next;
            if page.after.is_none() {
                return Ok(jobs);
            }
        }
    }

    pub(super) async fn load(&self, id: &str) -> Result<(Job, Revision)> {
        let unknown = || Error::NotFound(format!("Job with ID {id} does not exist."));
        if !places::is_uuid(id) {
            return Err(unknown());
        }
        let item = self.shared.ports.store.get(&places::job(id)).await?.ok_or_else(unknown)?;
        let revision = item.revision;
        Ok((places::stored_job(item)?, revision))
    }

    fn read_input(&self, body: &Map<String, Value>) -> Result<JobInput> {
        let names: Vec<&str> = self.tasks().map(|task| task.name).collect();
        JobInput::read(body, &names)
    }

    /// The job as a whole makes sense: its arguments fit its task, and its schedule comes some time.
    fn check(&self, job: &mut Job, now: Timestamp) -> Result<()> {
        let args = job.run_args.clone().unwrap_or_default();
        // Without a schedule, runs may bring the arguments.
        if let Some(task) = self.task(&job.task).filter(|_| job.run_args.is_some() || job.schedule.is_some())
        {
            self.shared.schemas.admit(task.name, task.parameters, "args", &args)?;
        }
        job.next_run = due(job, now);
        let never = job.active && job.schedule.is_some() && job.next_run.is_none();
        if never { Err(Error::field("schedule._schema", "This never comes.")) } else { Ok(()) }
    }

    /// The queue of a task's runs, as clients know it.
    pub(super) fn queue_of(&self, task: &str) -> String {
        self.task(task).map_or("celery", |task| task.queue).to_owned()
    }
}

/// When a job runs by itself after an instant.
pub(super) fn due(job: &Job, after: Timestamp) -> Option<Timestamp> {
    let schedule = job.schedule.as_ref().filter(|_| job.active)?;
    Schedule::parse(schedule).ok()?.next(after)
}
