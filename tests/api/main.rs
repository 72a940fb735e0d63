//! The API, asked through the gateway: one file per operation, a fresh site per test.

#![expect(clippy::unwrap_used, reason = "what helps tests fails by panicking, too")]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod audit;
mod buckets;
mod bus;
mod deadletters;
mod deposit_files;
mod deposits;
mod drafts;
mod events;
mod files;
mod framework;
mod grants;
mod groups;
mod jobs;
mod links;
mod logs;
mod matrix;
mod meanwhile;
mod meta;
mod needs;
mod noise;
mod pids;
mod preconditions;
mod records;
mod refusals;
mod runs;
mod senders;
mod stats;
mod status;
mod table;
mod tasks;
mod tokens;
mod uploads;
mod users;
mod vocabularies;
