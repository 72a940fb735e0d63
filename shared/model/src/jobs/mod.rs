//! Jobs: work that takes longer than a request, done in steps. `InvenioRDM`: events reference, jobs, runs, logs.
//!
//! A *job* says what is done, with which arguments, and when. A *run* is the job being done once.

mod input;
mod run;
mod schedule;

pub use input::{JobInput, RunInput};
pub use run::{Counts, Level, LogLine, Run, Status};
pub use schedule::Schedule;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    queue::{JOBS, LOW_PRIORITY, Queue},
    time::Timestamp,
};

/// What is done, with which arguments, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// A UUID.
    pub id: String,
    /// When it was defined.
    pub created: Timestamp,
    /// When its definition was changed.
    pub updated: Timestamp,
    /// What people call it.
    pub title: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether its schedule counts.
    pub active: bool,
    /// The task that is done.
    pub task: String,
    /// The name of the queue of its runs, as clients know it.
    pub default_queue: String,
    /// Arguments of runs that bring none.
    #[serde(default)]
    pub run_args: Option<Map<String, Value>>,
    /// When it runs by itself, as it was sent; [`Schedule::parse`] reads it.
    #[serde(default)]
    pub schedule: Option<Value>,
    /// Who is told of runs.
    #[serde(default)]
    pub notification_emails: Option<Vec<String>>,
    /// Of which runs they are told.
    #[serde(default)]
    pub notification_statuses: Option<Vec<Status>>,
    /// When the schedule is due next.
    #[serde(default)]
    pub next_run: Option<Timestamp>,
}

/// Queues by the names that clients know.
pub const QUEUE_NAMES: &[(&str, &Queue)] = &[("celery", &JOBS), ("low", &LOW_PRIORITY)];

/// The queue that clients call by this name.
pub fn queue(name: &str) -> &'static Queue {
    QUEUE_NAMES.iter().find(|(known, _)| *known == name).map_or(&JOBS, |(_, queue)| queue)
}
