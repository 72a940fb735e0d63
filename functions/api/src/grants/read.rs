//! `GET /api/records/{id}/access/grants/{grant}` and the like

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{EXPAND, get},
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::GRANT;
use crate::{needs, present};

/// Reads a grant. For those who manage the record.
pub const OPERATION: Operation = Operation {
    name: "grants.read",
    summary: "Read a grant",
    route: get("/api/records/{id}/access/grants/{grant}"),
    params: &[EXPAND],
    replies: &[(200, GRANT), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::READ_SHARES,
    runtime: Runtime::READ,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

/// The same of the one to a user.
pub const USER: Operation =
    Operation { name: "user_grants.read", route: get("/api/records/{id}/access/users/{user}"), ..OPERATION };

/// The same of the one to a group.
pub const GROUP: Operation = Operation {
    name: "group_grants.read",
    route: get("/api/records/{id}/access/groups/{group}"),
    ..OPERATION
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let grant = app.access.grant(&call.identity, &call.pid()?, super::which(call)).await?;
    call.reply(StatusCode::OK, super::shown(app, call, grant, expand).await?)
}
