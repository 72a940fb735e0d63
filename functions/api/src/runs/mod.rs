//! Operations on runs of jobs.

pub mod create;
pub mod delete;
pub mod list;
pub mod logs;
pub mod read;
pub mod result;
pub mod retry;
pub mod stop;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    list::OPERATION,
    create::OPERATION,
    read::OPERATION,
    delete::OPERATION,
    logs::OPERATION,
    result::OPERATION,
    stop::OPERATION,
    retry::OPERATION,
];
