//! Operations on published records.

pub mod delete;
pub mod export;
pub mod latest;
pub mod options;
pub mod page;
pub mod read;
pub mod revision;
pub mod revisions;
pub mod search;
pub mod search_own;
pub mod versions;
pub mod view;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    search::OPERATION,
    search_own::OPERATION,
    read::OPERATION,
    export::OPERATION,
    delete::OPERATION,
    versions::OPERATION,
    latest::OPERATION,
    revisions::OPERATION,
    revision::OPERATION,
    page::OPERATION,
    view::OPERATION,
];
