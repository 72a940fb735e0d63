//! Operations on the archive of events.

pub mod replay;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[replay::OPERATION];
