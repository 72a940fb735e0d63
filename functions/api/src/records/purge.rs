//! `POST /api/records/{id}/purge`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING, NO_CONTENT},
};
use cairn_model::Result;

use crate::needs;

/// Removes all that is left of a deleted record, but for its tombstone: metadata, files and history. It cannot be undone.
/// For administrators.
pub const OPERATION: Operation = Operation {
    name: "records.purge",
    summary: "Purge a deleted record",
    route: post("/api/records/{id}/purge"),
    replies: &[(204, NO_CONTENT), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(purge(app, call)),
    ..Operation::DEFAULT
};

async fn purge(app: &App, call: &Call) -> Result<Reply> {
    app.deletion.purge(&call.identity, &call.pid()?).await?;
    Ok(Reply::no_content())
}
