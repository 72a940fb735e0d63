//! What the clock starts: jobs that are due, and steps that nobody seems to do.

use cairn_model::{Identity, Result, kinds::JOBS};
use cairn_ports::{Expect, Item, store::Page};

use super::{Jobs, define::due, places};
use crate::app::App;

/// Microseconds without a word of a run after which its step is tried again: longer than a message waits for another
/// try, and than a step may take.
const SILENCE: i64 = 20 * 60 * 1_000_000;

/// What a tick of the clock started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Runs of jobs that were due.
    pub started: usize,
    /// Steps that are tried again.
    pub revived: usize,
}

impl App {
    /// Starts what is due. However many clocks tick at once, each due time of a job makes one run; times that were missed
    /// count as one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tick(&self) -> Result<Ticked> {
        Ok(Ticked { started: self.jobs.start_due().await?, revived: self.jobs.revive_silent().await? })
    }
}

impl Jobs {
    async fn start_due(&self) -> Result<usize> {
        let now = self.shared.now();
        let mut started = 0;
        for (mut job, revision) in self.all().await? {
            if !job.active || job.next_run.is_none_or(|next| next > now) {
                continue;
            }
            let system = Identity::system();
            let args = job.run_args.clone().unwrap_or_default();
            job.next_run = due(&job, now);
            let mut work = self.shared.work();
            match self.new_run(&job, &system, "Scheduled run".into(), args, None) {
                Ok(run) => self.begin(&mut work, &run, &system)?,
                // Another version took the task away, or asks more of its arguments.
                Err(error) => {
                    let error = error.sentence();
                    tracing::error!(job.id, %error, "a scheduled job cannot run: {error}");
                }
            }
            let item = Item::new(places::job(&job.id), revision.next(), places::body(&job)?);
            work.put(item, Expect::At(revision));
            match self.shared.ports.store.commit(&work).await {
                Ok(()) => started += 1,
                // Another clock was faster.
                Err(cairn_ports::StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(started)
    }

    async fn revive_silent(&self) -> Result<usize> {
        let before = self.shared.now().micros() - SILENCE;
        let (mut revived, mut page) = (0, Page::default());
        loop {
            let found = self.shared.ports.store.query(JOBS, places::ACTIVE, &page).await?;
            for item in found.items {
                let Some((job, id)) = item.key.sort.split_once('/') else { continue };
                let silent = match self.load_run(job, id).await {
                    Ok((run, _)) => run.updated.micros() < before || run.status.is_final(),
                    Err(cairn_model::Error::NotFound(_)) => true,
                    Err(error) => return Err(error),
                };
                if silent {
                    self.revive(job, id).await?;
                    revived += 1;
                }
            }
            page.after = found.next;
            if page.after.is_none() {
                return Ok(revived);
            }
        }
    }
}
