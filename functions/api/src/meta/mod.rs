//! Operations about the repository itself.

pub mod document;
pub mod health;
pub mod missing;
pub mod operations;
pub mod ping;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] =
    &[ping::OPERATION, health::OPERATION, operations::OPERATION, document::OPERATION, missing::OPERATION];
