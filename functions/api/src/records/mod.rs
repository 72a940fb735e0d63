//! Operations on published records.

pub mod latest;
pub mod read;
//pub mod search;
//pub mod search_own;
//pub mod versions;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] =
    &[read::OPERATION, latest::OPERATION];
