//! `DELETE /api/records/{id}/draft`

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
    name: "drafts.delete",
    summary: "Discard a draft",
    route: delete("/api/records/{id}/draft"),
    params: &[IF_MATCH],
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::CHANGE_DRAFTS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(discard(app, call)),
    ..Operation::DEFAULT
};

async fn discard(app: &App, call: &Call) -> Result<Reply> {
    app.drafts.delete(&call.identity, &call.pid()?, call.if_match).await?;
    Ok(Reply::no_content())
}
