//! Operations on dead letters: messages that nobody could act on.

pub mod list;
pub mod replay;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[list::OPERATION, replay::OPERATION];
