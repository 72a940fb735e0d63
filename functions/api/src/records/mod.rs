//! Operations on published records.

pub mod latest;
pub mod options;
pub mod read;
pub mod search;
pub mod search_own;
pub mod versions;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] =
    &[search::OPERATION, search_own::OPERATION, read::OPERATION, versions::OPERATION, latest::OPERATION];
