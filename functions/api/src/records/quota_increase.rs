//! `POST /api/records/{id}/quota-increase`

use cairn_http::{Call, Operation, Reply, Runtime, operation::post, shapes::DENIED};
use cairn_model::{Error, Result};

use crate::needs;

/// Would take more room for a record out of what its owner may have beyond the usual. Nobody may have more than the usual
/// until an administrator says so: 403.
pub const OPERATION: Operation = Operation {
    name: "records.quota_increase",
    summary: "Take more room for a record",
    route: post("/api/records/{id}/quota-increase"),
    replies: &[(403, DENIED)],
    needs: needs::KNOW,
    runtime: Runtime::READ,
    media: &[],
    handle: |_, call| Box::pin(async { refused(call) }),
    ..Operation::DEFAULT
};

/// `InvenioRDM`: the additional allowance of a user is 0 (files reference §3).
fn refused(call: &Call) -> Result<Reply> {
    call.pid()?;
    Err(Error::Denied)
}
