//! Operations on runs of jobs.

mod create;
mod delete;
mod list;
mod logs;
mod read;
mod result;
mod retry;
mod stop;
