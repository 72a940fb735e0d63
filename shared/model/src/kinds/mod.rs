//! Every kind of record that Cairn has, declared.

pub mod audit;
pub mod entries;
pub mod events;
pub mod records;
pub mod users;

use crate::{kind::Kind, mapping::Mapping, table::Table};

/// Records, drafts, parents and their history.
pub const RECORDS: Table = Table("records");
/// File sets and files.
pub const FILES: Table = Table("files");
/// Claims of persistent identifiers.
pub const PIDS: Table = Table("pids");
/// Users, tokens, e-mail claims.
pub const ACCOUNTS: Table = Table("accounts");
/// Entries of vocabularies.
pub const VOCABULARIES: Table = Table("vocabularies");
/// Jobs and their runs.
pub const JOBS: Table = Table("jobs");
/// Every event that was relayed, by day.
pub const EVENTS: Table = Table("events");
/// The audit log.
pub const AUDIT: Table = Table("audit");
/// Usage: what was counted, and what is needed to count it once.
pub const STATS: Table = Table("stats");
/// Requests that were answered, by `Idempotency-Key`; each is forgotten after 7 days.
pub const IDEMPOTENCY: Table = Table("idempotency");

/// Every table, for adapters that create them.
pub const TABLES: &[Table] = &[
    RECORDS,
    FILES,
    PIDS,
    ACCOUNTS,
    VOCABULARIES,
    JOBS,
    EVENTS,
    AUDIT,
    STATS,
    IDEMPOTENCY,
    crate::table::OUTBOX,
];

/// Every kind that has documents in an index or a schema to serve.
pub static KINDS: &[&Kind] =
    &[&records::RECORD, &records::PARENT, &entries::ENTRY, &users::USER, &audit::ENTRY];

/// The mapping of every index that a kind declares.
pub fn mappings() -> Vec<&'static Mapping> {
    KINDS.iter().flat_map(|kind| [kind.mapping, kind.drafts]).flatten().collect()
}
