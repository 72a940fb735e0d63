//! Jobs: work that takes longer than a request, done in steps.
//!
//! Each step is started by an event, `run.due`, that was committed together with what the step before had done: it
//! cannot get lost, and what comes twice finds that its step is done. A step does a bounded piece of work that may be
//! done twice, then commits how far it came.

mod defaults;
mod define;
mod logs;
mod message;
mod places;
mod runs;
mod schedules;
mod senders;
mod step;
mod tasks;
mod uploads;

use std::sync::Arc;

use crate::framework::Shared;

pub use define::Latest;
pub use logs::{LogEntry, LogPage};
pub use message::SCHEMA as MESSAGE_SCHEMA;
pub use schedules::Ticked;
pub use senders::Sender;
pub(crate) use step::take;
pub use tasks::{Done, Perform, Step, TASKS, Task};
pub(crate) use tasks::{dependents::notice, together};

/// The service of jobs and their runs.
pub struct Jobs {
    shared: Arc<Shared>,
    /// What can be done.
    pub(crate) tasks: Vec<&'static Task>,
}

impl Jobs {
    /// The service of `tasks`.
    pub fn new(shared: Arc<Shared>, tasks: &[&'static Task]) -> Self {
        Self { shared, tasks: tasks.to_vec() }
    }

    /// The task of this name.
    pub fn task(&self, name: &str) -> Option<&'static Task> {
        self.tasks.iter().find(|task| task.name == name).copied()
    }

    /// What can be done, by name.
    pub fn tasks(&self) -> impl Iterator<Item = &'static Task> + '_ {
        self.tasks.iter().copied()
    }
}
