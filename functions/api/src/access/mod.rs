//! Operations on the owner of a record, and on what others may ask of them.

pub mod owner;
pub mod update;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[update::OPERATION, owner::OPERATION];
