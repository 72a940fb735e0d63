//! Operations for those who run the repository.

pub mod read;
pub mod schema;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[read::OPERATION, schema::OPERATION];
