//! Operations about the repository itself.

pub mod document;
pub mod health;
pub mod missing;
pub mod operations;
pub mod ping;
pub mod robots;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    ping::OPERATION,
    ping::SITE,
    robots::OPERATION,
    health::OPERATION,
    operations::OPERATION,
    document::OPERATION,
    missing::OPERATION,
];
