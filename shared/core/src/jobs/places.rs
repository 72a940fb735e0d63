//! Where jobs and all that belongs to them are stored.

use cairn_model::{
    Error, Result,
    jobs::{Job, Run},
    kinds::JOBS,
};
use cairn_ports::{Item, Key};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The partition of all jobs.
pub(super) const ALL: &str = "jobs";
/// The partition of runs that are not over: what a sweep looks at.
pub(super) const ACTIVE: &str = "active";
/// What sort keys of runs begin with.
pub(super) const RUN: &str = "run#";

/// A job.
pub(super) fn job(id: &str) -> Key {
    Key::new(JOBS, ALL, id)
}

/// The partition of a job's runs.
pub(super) fn runs(job: &str) -> String {
    format!("job#{job}")
}

/// A run.
pub(super) fn run(job: &str, id: &str) -> Key {
    Key::new(JOBS, runs(job), format!("{RUN}{id}"))
}

/// Word that a run is not over.
pub(super) fn active(job: &str, id: &str) -> Key {
    Key::new(JOBS, ACTIVE, format!("{job}/{id}"))
}

/// The partition of what a run said and made.
pub(super) fn of_run(id: &str) -> String {
    format!("run#{id}")
}

/// A UUID as it stands in an address.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The body that stands for a job or a run.
pub(super) fn body(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Internal(format!("a job: {error}")))
}

fn stored<T: DeserializeOwned>(item: Item) -> Result<T> {
    let key = item.key;
    serde_json::from_value(item.body).map_err(|error| Error::Internal(format!("stored `{key}`: {error}")))
}

/// The job that an item holds.
pub(super) fn stored_job(item: Item) -> Result<Job> {
    stored(item)
}

/// The run that an item holds.
pub(super) fn stored_run(item: Item) -> Result<Run> {
    stored(item)
}
