//! Operations on published records.

pub mod bury;
pub mod delete;
pub mod export;
pub mod latest;
pub mod options;
pub mod page;
pub mod purge;
pub mod read;
pub mod request_deletion;
pub mod restore;
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
    bury::OPERATION,
    restore::OPERATION,
    purge::OPERATION,
    request_deletion::OPERATION,
];
