//! Operations on jobs, and the JSON of jobs and runs. InvenioRDM: events reference, jobs, runs, logs.

pub mod create;
pub mod delete;
pub mod list;
pub mod read;
pub mod send;
pub mod shown;
pub mod update;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    list::OPERATION,
    create::OPERATION,
    send::OPERATION,
    read::OPERATION,
    update::OPERATION,
    delete::OPERATION,
];
