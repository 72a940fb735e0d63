//! `GET /api/audit-logs/{id}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::{ENTRY, shown};
use crate::{needs, present};

/// Reads an entry of the audit log. For administrators.
pub const OPERATION: Operation = Operation {
    name: "audit.read",
    summary: "Read an entry of the audit log",
    route: get("/api/audit-logs/{id}"),
    replies: &[(200, ENTRY), (403, DENIED), (404, MISSING)],
    needs: needs::READ_AUDIT,
    runtime: Runtime::READ,
    media: present::EITHER,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let entry = app.audit.read(&call.identity, call.param("id")).await?;
    call.reply(StatusCode::OK, shown(call, entry))
}
