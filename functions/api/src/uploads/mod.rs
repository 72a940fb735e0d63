//! Operations on uploads: records that are brought in parts, for a job to import.

pub mod put;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[put::OPERATION];
