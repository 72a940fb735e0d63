//! `DELETE /api/deposit/depositions/{id}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{IF_MATCH, delete},
    shapes::{DENIED, MISSING, NO_CONTENT, STALE},
};
use cairn_model::Result;

use crate::needs;

/// Discards a draft: what was never published is gone, a published record stays as it is.
pub const OPERATION: Operation = Operation {
    name: "deposits.delete",
    summary: "Delete a deposition",
    route: delete("/api/deposit/depositions/{id}"),
    params: &[IF_MATCH],
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::CHANGE_DRAFTS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.drafts.delete(&call.identity, &call.pid()?, call.if_match).await?;
    Ok(Reply::no_content())
}
