//! `DELETE /api/users/{id}/tokens/{token}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, MISSING, NO_CONTENT},
};
use cairn_model::Result;

use super::user;
use crate::needs;

/// Revokes a token: the next request with it is nobody's.
pub const OPERATION: Operation = Operation {
    name: "tokens.delete",
    summary: "Revoke a token",
    route: delete("/api/users/{id}/tokens/{token}"),
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING)],
    needs: needs::WRITE_TOKENS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(revoke(app, call)),
    ..Operation::DEFAULT
};

async fn revoke(app: &App, call: &Call) -> Result<Reply> {
    app.users.delete_token(&call.identity, &user(call), call.param("token")).await?;
    Ok(Reply::no_content())
}
