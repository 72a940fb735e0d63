//! Operations on vocabularies. Generic ones share a path; the five with fields of their own have one each,
//! and the same functions.

pub mod create;
pub mod delete;
pub mod launch;
pub mod read;
pub mod resolve;
pub mod search;
pub mod types;
pub mod update;

use cairn_core::vocabularies::{self, Vocabulary};
use cairn_http::{Call, Operation};
use cairn_model::{Error, Result};

/// Their list, beside those of [`OWN`].
pub const OPERATIONS: &[Operation] = &[
    types::OPERATION,
    search::OPERATION,
    create::OPERATION,
    launch::OPERATION,
    read::OPERATION,
    resolve::OPERATION,
    update::OPERATION,
    delete::OPERATION,
];

/// Operations of vocabularies that have a path of their own.
pub const OWN: &[&[Operation]] = &[search::OWN, create::OWN, read::OWN, update::OWN, delete::OWN];

/// The vocabulary that a call is about: in a variable of the path, or the service that the operation belongs to.
pub(crate) fn name(call: &Call) -> &str {
    match call.param("type") {
        "" => call.operation.split('.').next().unwrap_or_default(),
        variable => variable,
    }
}

/// The vocabulary of a list.
fn of_list(call: &Call) -> Result<&'static Vocabulary> {
    find(call, || Error::NotFound("Not found.".into()))
}

/// The vocabulary of an entry.
fn of_item(call: &Call) -> Result<&'static Vocabulary> {
    find(call, Error::unknown_pid)
}

/// Vocabularies with a path of their own are not found below the generic one.
fn find(call: &Call, missing: impl Fn() -> Error) -> Result<&'static Vocabulary> {
    let generic = !call.param("type").is_empty();
    vocabularies::find(name(call)).filter(|found| found.own_fields != generic).ok_or_else(missing)
}
