//! The API, asked through the gateway: one file per operation, a fresh site per test.

#[path = "../support/mod.rs"]
mod support;

mod drafts;
mod meta;
mod noise;
mod refusals;
mod records;
mod status;
mod table;
mod tokens;
mod users;
mod vocabularies;
