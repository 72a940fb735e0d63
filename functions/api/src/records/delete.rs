//! `DELETE /api/records/{id}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, GONE, MISSING},
};
use cairn_model::Result;

use crate::needs;

/// Refused to everybody: a published record is not deleted like a draft.
pub const OPERATION: Operation = Operation {
    name: "records.delete",
    summary: "Refuse to delete a published record",
    route: delete("/api/records/{id}"),
    replies: &[(403, DENIED), (404, MISSING), (410, GONE)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    media: &[],
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.records.delete(&call.identity, &call.pid()?).await?;
    Ok(Reply::no_content())
}
