//! Messages that ask for a job: from other machines by the queue `jobs`, or over HTTP.
//!
//! Message ids are idempotency keys: the same message again is the same run.

use cairn_model::{
    Error, Identity, Result, Revision,
    jobs::{Job, Run},
    kinds::JOBS,
};
use cairn_ports::{Expect, Item, Key, queue::Received};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Jobs, Task, places};
use crate::{
    app::App,
    framework::{Attempt, once::hash},
};

/// Seconds that the id of a message is remembered.
const KEPT: i64 = 30 * 86_400;

/// The JSON Schema of messages; arguments are checked by the task's own.
pub const SCHEMA: &str = include_str!("../../schemas/jobs/message-v1.0.0.json");

/// A message that asks for a job.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Message {
    id: String,
    task: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    args: Map<String, Value>,
}

impl App {
    /// Accepts a message of the queue, in the name of whom its sender acts as.
    ///
    /// # Errors
    /// [`Error::Denied`] for senders that nobody knows; as [`Jobs::accept`].
    pub(crate) async fn accept_received(&self, received: &Received) -> Result<()> {
        let body: Value = serde_json::from_str(&received.body)
            .map_err(|error| Error::BadRequest(format!("the message is not JSON: {error}")))?;
        let user = self.jobs.sender(&received.sender).await?;
        let who = match &user {
            Some(user) => self.users.identity(user).await?,
            None => None,
        };
        let unknown = || {
            let sender = &received.sender;
            Error::BadRequest(format!(
                "nobody lets `{sender}` send messages: see `PUT /api/senders/{{sender}}`"
            ))
        };
        match self.jobs.accept(&who.ok_or_else(unknown)?, &body).await {
            Ok(_) => Ok(()),
            // Dead letters keep one sentence: it names every problem.
            Err(error @ Error::Invalid(_)) => Err(Error::BadRequest(error.sentence())),
            Err(error) => Err(error),
        }
    }
}

impl Jobs {
    /// Starts the run that a message asks for; the same message again gives the run that it started.
    ///
    /// # Errors
    /// [`Error::Denied`] for nobody; [`Error::Invalid`] with every problem; [`Error::IdempotencyKeyReused`].
    pub async fn accept(&self, who: &Identity, body: &Value) -> Result<Run> {
        if !who.is_known() {
            return Err(Error::Denied);
        }
        let Value::Object(members) = body else {
            return Err(Error::field("_schema", "Invalid input type."));
        };
        self.shared.schemas.admit("jobs/message", SCHEMA, "", members)?;
        let message = Message::deserialize(body)
            .map_err(|error| Error::BadRequest(format!("the message cannot be read: {error}")))?;
        let names: Vec<&str> = self.tasks().filter(|task| task.by_message).map(|task| task.name).collect();
        let task = self.task(&message.task).filter(|task| task.by_message);
        let unknown = || Error::field("task", format!("Must be one of: {}.", names.join(", ")));
        let task = task.ok_or_else(unknown)?;
        self.shared.schemas.admit(task.name, task.parameters, "args", &message.args)?;
        self.run_once(who, &message.id, task, message.title, message.args).await
    }

    /// Starts a run of a task once: whoever asks again under the same key gets the same run.
    pub(super) async fn run_once(
        &self,
        who: &Identity,
        key: &str,
        task: &'static Task,
        title: Option<String>,
        args: Map<String, Value>,
    ) -> Result<Run> {
        self.shared.attempt(|| self.try_run_once(who, key, task, title.clone(), args.clone())).await
    }

    async fn try_run_once(
        &self,
        who: &Identity,
        key: &str,
        task: &'static Task,
        title: Option<String>,
        args: Map<String, Value>,
    ) -> Result<Run, Attempt> {
        let claim = Key::new(JOBS, format!("message#{}", hash(&format!("{}\n{key}", who.actor()))), "claim");
        let fingerprint = hash(&format!("{}\n{}", task.name, Value::Object(args.clone())));
        let found = self.shared.ports.store.batch_get(&[claim.clone(), places::job(&standing(task))]).await?;
        let [claimed, job] = <[_; 2]>::try_from(found).unwrap_or_default();
        if let Some(claimed) = &claimed
            && claimed.expires.is_none_or(|expires| expires > self.shared.now().seconds())
        {
            if claimed.body["fingerprint"] != fingerprint {
                return Err(Error::IdempotencyKeyReused.into());
            }
            let text = |name: &str| claimed.body[name].as_str().unwrap_or_default();
            return Ok(self.load_run(text("job"), text("run")).await?.0);
        }
        let mut work = self.shared.work();
        let job = if let Some(item) = job {
            places::stored_job(item)?
        } else {
            let job = self.standing_job(task);
            work.put(Item::new(places::job(&job.id), Revision::FIRST, places::body(&job)?), Expect::Absent);
            job
        };
        let run = self.new_run(&job, who, title.unwrap_or_else(|| "Run by message".into()), args, None)?;
        let body = json!({"job": run.job_id, "run": run.id, "fingerprint": fingerprint});
        let (expect, revision) = Expect::after(claimed.map(|old| old.revision));
        let expires = Some(run.created.seconds() + KEPT);
        work.put(Item { expires, ..Item::new(claim, revision, body) }, expect);
        self.begin(&mut work, &run, who)?;
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(run)
    }

    /// The job that runs by message belong to: one for each task.
    fn standing_job(&self, task: &Task) -> Job {
        let now = self.shared.now();
        Job {
            id: standing(task),
            created: now,
            updated: now,
            title: task.title.to_owned(),
            description: Some("Runs that were asked for by message.".into()),
            active: true,
            task: task.name.to_owned(),
            default_queue: task.queue.to_owned(),
            run_args: None,
            schedule: None,
            notification_emails: None,
            notification_statuses: None,
            next_run: None,
        }
    }
}

/// The id of the job that runs by message belong to: made from the task's name (RFC 9562, version 8).
fn standing(task: &Task) -> String {
    let digest = Sha256::digest(format!("cairn task {}", task.name));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}
