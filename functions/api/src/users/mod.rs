//! Operations on users.

pub mod create;
pub mod me;
pub mod read;
pub mod search;
pub mod search_all;
pub mod set_quota;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    search::OPERATION,
    search_all::OPERATION,
    create::OPERATION,
    read::OPERATION,
    me::OPERATION,
    set_quota::OPERATION,
];
