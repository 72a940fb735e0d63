//! System fields of research records: one top-level key each.

pub mod access;
pub mod data;
pub mod deletion;
pub mod files;
pub mod metadata;
pub mod notes;
pub mod pids;
pub mod quota;
pub mod sharing;
pub mod stats;
pub mod versions;
