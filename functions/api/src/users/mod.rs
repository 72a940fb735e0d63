//! Operations on users.

pub mod create;
pub mod me;
pub mod quota;
pub mod read;
pub mod search;
pub mod search_all;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    search::OPERATION,
    search_all::OPERATION,
    create::OPERATION,
    read::OPERATION,
    me::OPERATION,
    quota::OPERATION,
];
