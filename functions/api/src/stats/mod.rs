//! Operations on usage statistics.

pub mod query;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[query::OPERATION];
