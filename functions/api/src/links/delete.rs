//! `DELETE /api/records/{id}/access/links/{link}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, MISSING, NO_CONTENT},
};
use cairn_model::Result;

use crate::needs;

/// Takes a link away: it opens nothing from now on.
pub const OPERATION: Operation = Operation {
    name: "links.delete",
    summary: "Revoke a secret link",
    route: delete("/api/records/{id}/access/links/{link}"),
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.access.delete_link(&call.identity, &call.pid()?, call.param("link")).await?;
    Ok(Reply::no_content())
}
