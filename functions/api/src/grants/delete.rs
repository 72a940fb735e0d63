//! `DELETE /api/records/{id}/access/grants/{grant}` and the like

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, MISSING, NO_CONTENT},
};
use cairn_model::Result;

use crate::needs;

/// Takes a grant away.
pub const OPERATION: Operation = Operation {
    name: "grants.delete",
    summary: "Revoke a grant",
    route: delete("/api/records/{id}/access/grants/{grant}"),
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

/// The same of the one to a user.
pub const USER: Operation = Operation {
    name: "user_grants.delete",
    route: delete("/api/records/{id}/access/users/{user}"),
    ..OPERATION
};

/// The same of the one to a group.
pub const GROUP: Operation = Operation {
    name: "group_grants.delete",
    route: delete("/api/records/{id}/access/groups/{group}"),
    ..OPERATION
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.access.delete_grant(&call.identity, &call.pid()?, super::which(call)).await?;
    Ok(Reply::no_content())
}
