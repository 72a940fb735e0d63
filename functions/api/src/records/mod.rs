//! Operations on published records.

pub mod bury;
pub mod cite;
pub mod delete;
pub mod diff;
pub mod export;
pub mod file_modification;
pub mod latest;
pub mod options;
pub mod page;
pub mod purge;
pub mod quota_increase;
pub mod read;
pub mod request_deletion;
pub mod restore;
pub mod revision;
pub mod revisions;
pub mod search;
pub mod search_own;
pub mod set_quota;
pub mod versions;
pub mod view;

use cairn_http::{Call, Operation};
use cairn_model::{Pid, Timestamp};
use serde_json::{Value, json};

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    search::OPERATION,
    search_own::OPERATION,
    read::OPERATION,
    export::OPERATION,
    cite::OPERATION,
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
    file_modification::OPERATION,
    set_quota::OPERATION,
    quota_increase::OPERATION,
    diff::OPERATION,
];

/// A request that was accepted at once, as InvenioRDM answers with it. There is nothing at an address of its own.
fn accepted(call: &Call, pid: &Pid, kind: &str, at: Timestamp, payload: &Value) -> Value {
    json!({
        "created": at, "updated": at, "links": {}, "type": kind, "title": "",
        "status": "accepted", "is_closed": true, "is_open": false, "expires_at": null, "is_expired": false,
        "created_by": {"user": call.identity.id()}, "receiver": null, "topic": {"record": pid}, "payload": payload,
    })
}
