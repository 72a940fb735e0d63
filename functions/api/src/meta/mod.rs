//! Operations about the repository itself.

pub mod ping;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[ping::OPERATION];
