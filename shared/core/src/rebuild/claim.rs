//! One rebuild at a time: whoever makes indices anew holds a claim, for as long as their run is not over.

use cairn_model::{
    Error, Result,
    jobs::{Run, Status},
    kinds::JOBS,
};
use cairn_ports::{Expect, Item, Key};
use serde_json::json;

use crate::app::App;

fn key() -> Key {
    Key::new(JOBS, "rebuild", "claim")
}

impl App {
    /// The run may make indices anew, now and until it is over.
    ///
    /// # Errors
    /// [`Error::BadRequest`] while another run does; those of the store.
    pub(crate) async fn claim_rebuild(&self, run: &Run) -> Result<()> {
        let store = &self.shared.ports.store;
        let held = store.get(&key()).await?;
        if let Some(item) = &held {
            let text = |name: &str| item.body[name].as_str().unwrap_or_default();
            let other = text("run");
            if other == run.id {
                return Ok(());
            }
            if self.jobs.is_under_way(text("job"), other).await? {
                return Err(Error::BadRequest(format!("the run {other} makes indices anew already")));
            }
        }
        let (expect, revision) = Expect::after(held.map(|item| item.revision));
        let mut work = self.shared.work();
        work.put(Item::new(key(), revision, json!({"job": run.job_id, "run": run.id})), expect);
        Ok(store.commit(&work).await?)
    }

    /// The run makes no indices any more; tells whether it did.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn release_rebuild(&self, run: &str) -> Result<bool> {
        let store = &self.shared.ports.store;
        let Some(item) = store.get(&key()).await?.filter(|item| item.body["run"] == run) else {
            return Ok(false);
        };
        let mut work = self.shared.work();
        work.delete(key(), Expect::At(item.revision));
        store.commit(&work).await?;
        Ok(true)
    }
}

/// Removes what a run has begun that was stopped or has failed. Started again, it begins anew.
///
/// # Errors
/// Those of store and index.
pub(crate) async fn give_up(app: &App, job: &str, run: &str) -> Result<()> {
    let status = app.jobs.status(job, run).await?;
    let is_given_up = matches!(status, None | Some(Status::Cancelled | Status::Failed));
    if is_given_up && app.release_rebuild(run).await? {
        for index in super::indices(&app.sources) {
            app.shared.ports.search.abandon(index).await?;
        }
    }
    Ok(())
}
