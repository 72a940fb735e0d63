//! Operations on what others may ask of the owner of a record.

pub mod update;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[update::OPERATION];
