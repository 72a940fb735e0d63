//! Depositions: Zenodo's interface for depositing, as a translation of what drafts and records can do. Nothing is decided here.

pub mod create;
pub mod delete;
pub mod discard;
pub mod edit;
pub mod list;
pub mod new_version;
pub mod publish;
pub mod read;
mod refused;
mod shapes;
pub(crate) mod shown;
pub mod update;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    create::OPERATION,
    list::OPERATION,
    read::OPERATION,
    update::OPERATION,
    delete::OPERATION,
    publish::OPERATION,
    edit::OPERATION,
    discard::OPERATION,
    new_version::OPERATION,
];
