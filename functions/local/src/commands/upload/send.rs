//! One file on its way: started or found, sent, committed.

use std::collections::HashSet;
use std::time::Duration;

use cairn_ports::{Clock, Ids, clock::SystemClock, ids::RandomIds};
use http::StatusCode;
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::Upload;
use super::addresses::{Addresses, WHOLE};
use super::judge::Found;
use super::plan::Job;
use super::size::fitting;
use super::verify::Step;
use crate::commands::api::{Call, Failure};
use crate::commands::transfer::{Entry, Files, Outcome, Trouble, Wire};

/// Sends files to one draft.
pub(super) struct Uploader {
    pub(super) wire: Wire,
    pub(super) files: Files,
    /// Names that the draft has, if all are known.
    known: Option<HashSet<String>>,
    part_size: u64,
    pub(super) parallel: usize,
    replace: bool,
    /// Files and parts of files take turns.
    pub(super) turns: Semaphore,
    pub(super) bar: ProgressBar,
    /// How long a checksum is waited for.
    pub(super) patience: Duration,
}

#[derive(Deserialize)]
struct Started {
    entries: Vec<Entry>,
}

impl Uploader {
    /// As the command line says.
    pub(super) fn new(
        options: &Upload,
        wire: Wire,
        files: Files,
        known: Option<HashSet<String>>,
        bar: ProgressBar,
        patience: Duration,
    ) -> Self {
        let parallel = usize::from(options.parallel);
        let (part_size, replace, turns) = (options.part_size, options.replace, Semaphore::new(parallel));
        Self { wire, files, known, part_size, parallel, replace, turns, bar, patience }
    }

    /// Sends a file. Whether it arrived well is seen afterwards.
    pub(super) async fn upload(&self, job: Job) -> Step {
        match self.try_upload(&job).await {
            Ok(step) => step,
            Err(trouble) => Step::Over(Outcome::failed(&job.key, Some(job.size), trouble)),
        }
    }

    async fn try_upload(&self, job: &Job) -> Result<Step, Trouble> {
        let (entry, resumed) = match self.look(job).await? {
            None => self.start(job).await?,
            Some(entry) => match self.judge(job, &entry).await? {
                Found::Same(outcome) => {
                    self.bar.inc(job.size);
                    return Ok(Step::Over(outcome));
                }
                Found::Begun => (entry, true),
                Found::Other(why) if !self.replace => {
                    return Err(Trouble::Told(format!("{why}; --replace deletes that first")));
                }
                Found::Outdated | Found::Other(_) => {
                    self.wire.api.send(&Call::delete(self.files.path_of(&job.key))).await?;
                    self.start(job).await?
                }
            },
        };
        let md5 = if entry.transfer.kind == "M" {
            self.send_parts(job, &entry).await?
        } else {
            self.send_whole(job, &entry).await?
        };
        let entry = self.wire.commit(format!("{}/commit", self.files.path_of(&job.key))).await?.read()?;
        Ok(Step::Sent { key: job.key.clone(), size: job.size, entry: Box::new(entry), md5, resumed })
    }

    /// The file of this name, if there is one.
    async fn look(&self, job: &Job) -> Result<Option<Entry>, Failure> {
        if self.known.as_ref().is_some_and(|known| !known.contains(&job.key)) {
            return Ok(None);
        }
        self.files.read(&self.wire.api, &job.key, 1).await
    }

    /// Takes the name. The second is true if an earlier attempt had done so.
    async fn start(&self, job: &Job) -> Result<(Entry, bool), Trouble> {
        let start = self.body(job).await?;
        // The name can be taken only once, so sending it again does no harm; the key makes the client do so.
        let key = RandomIds.ulid(SystemClock.now());
        let call = Call::post(self.files.path()).json(&json!([start])).key(key);
        let failure = match self.wire.api.send(&call).await {
            Ok(answer) => {
                let started: Started = answer.read()?;
                let own = started.entries.into_iter().find(|entry| entry.key == job.key);
                return Ok((self.told(job, own).await?, false));
            }
            Err(failure) => failure,
        };
        // The answer to an earlier attempt got lost, or somebody else was faster.
        if failure.status() == Some(StatusCode::BAD_REQUEST.as_u16())
            && let Some(entry) = self.files.read(&self.wire.api, &job.key, 1).await?
            && let Found::Begun = self.judge(job, &entry).await?
        {
            return Ok((entry, true));
        }
        Err(failure.into())
    }

    /// The answer tells the first files of the draft, which may not be this one.
    async fn told(&self, job: &Job, entry: Option<Entry>) -> Result<Entry, Failure> {
        let entry = match entry {
            Some(entry) => Some(entry),
            None => self.files.read(&self.wire.api, &job.key, 1).await?,
        };
        entry.ok_or_else(|| Failure::Unexpected("the file was started, and is not there".into()))
    }

    async fn body(&self, job: &Job) -> Result<Value, Trouble> {
        let Job { key, size, .. } = job;
        let part_size = fitting(self.part_size, *size);
        if *size <= part_size {
            // Declared, so that the repository refuses what it did not get right.
            let md5 = self.md5(job).await?;
            let transfer = json!({"type": "L"});
            return Ok(
                json!({"key": key, "size": size, "checksum": format!("md5:{md5}"), "transfer": transfer}),
            );
        }
        let transfer = json!({"type": "M", "parts": size.div_ceil(part_size), "part_size": part_size});
        Ok(json!({"key": key, "size": size, "transfer": transfer}))
    }

    /// Sends a file as one; tells its MD5.
    async fn send_whole(&self, job: &Job, entry: &Entry) -> Result<String, Trouble> {
        let addresses = Addresses::new(&self.wire.api, &self.files, entry);
        let md5 = match entry.md5() {
            Some(declared) => declared,
            None => self.md5(job).await?,
        };
        self.send(&addresses, job, WHOLE, 0..job.size).await?;
        Ok(md5)
    }
}
