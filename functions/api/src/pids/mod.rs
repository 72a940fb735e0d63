//! Operations on identifiers: of drafts, and where they lead.

pub mod delete;
pub mod read;
pub mod reserve;
pub mod resolve;

use cairn_http::{Operation, Param};

/// Their list.
pub const OPERATIONS: &[Operation] =
    &[reserve::OPERATION, delete::OPERATION, resolve::OPERATION, read::OPERATION];

/// What sort of identifier.
const SCHEME: Param = Param::path("scheme", "What sort of identifier: `doi` or `oai`.");
