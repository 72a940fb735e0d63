//! Files: sets of them, one entry each, how they are sent and how they are shown.
//!
//! `InvenioRDM` calls a set a bucket, and an entry a file record (files reference §1).

mod allowance;
mod entry;
mod health;
mod input;
pub mod keys;
pub mod media;
mod set;
mod transfer;

pub use allowance::Allowance;
pub use entry::{Check, Declared, Entry, Moved, Status};
pub use health::{Health, Look, State};
pub use input::{Change, Start, read_change, read_starts};
pub use set::{BYTES, COUNT, FileSet, HEAD, LOCKED, PENDING, QUOTA, Totals, entry, merge, sort_of, uuid_of};
pub use transfer::{Kind, Transfer};
