//! `PATCH /api/records/{id}/access/grants/{grant}` and the like

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::{EXPAND, patch},
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::GRANT;
use crate::{needs, present};

/// Changes what a grant allows.
pub const OPERATION: Operation = Operation {
    name: "grants.update",
    summary: "Change a grant",
    route: patch("/api/records/{id}/access/grants/{grant}"),
    params: &[EXPAND],
    body: Body::json(GRANT),
    replies: &[(200, GRANT), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(update(app, call, false)),
    ..Operation::DEFAULT
};

/// The same of the one to a user.
pub const USER: Operation = Operation {
    name: "user_grants.update",
    route: patch("/api/records/{id}/access/users/{user}"),
    ..OPERATION
};

/// The same of the one to a group.
pub const GROUP: Operation = Operation {
    name: "group_grants.update",
    route: patch("/api/records/{id}/access/groups/{group}"),
    ..OPERATION
};

/// Says another thing of a grant, or all of it.
pub(super) async fn update(app: &App, call: &Call, whole: bool) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let (pid, which) = (call.pid()?, super::which(call));
    let grant = app.access.update_grant(&call.identity, &pid, which, call.object(), whole).await?;
    call.reply(StatusCode::OK, super::shown(app, call, grant, expand).await?)
}
