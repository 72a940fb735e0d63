//! The API, asked through the gateway: one file per operation, a fresh site per test.

#[path = "../support/mod.rs"]
mod support;

mod meta;
mod noise;
mod table;
