//! Operations on drafts.

pub mod create;
pub mod delete;
pub mod edit;
pub mod new_version;
pub mod publish;
pub mod read;
pub mod update;

use cairn_core::framework::Once;
use cairn_http::{Call, Operation};
use serde_json::json;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    create::OPERATION,
    read::OPERATION,
    update::OPERATION,
    delete::OPERATION,
    edit::OPERATION,
    new_version::OPERATION,
    publish::OPERATION,
];

/// The request as one that may be repeated, if the caller says so.
pub(crate) fn once(call: &Call) -> Option<Once> {
    let key = call.idempotency_key.as_deref()?;
    let body = json!({"id": call.param("id"), "body": call.object()});
    Some(Once::new(&call.identity, call.operation, key, &body))
}
