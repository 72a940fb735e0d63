//! `DELETE /api/records/{id}/draft/pids/{scheme}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{IF_MATCH, delete},
    shapes::{DENIED, INVALID, MISSING, STALE},
};
use cairn_model::Result;
use http::StatusCode;

use super::SCHEME;
use crate::{exports, needs, present, shapes::RECORD};

/// Gives back a DOI that was reserved for a draft. One that a record has stays with it.
pub const OPERATION: Operation = Operation {
    name: "pids.delete",
    summary: "Give back a reserved identifier",
    route: delete("/api/records/{id}/draft/pids/{scheme}"),
    params: &[SCHEME, IF_MATCH],
    replies: &[(200, RECORD), (400, INVALID), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::CHANGE_DRAFTS,
    runtime: Runtime::WRITE,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(give_back(app, call)),
    ..Operation::DEFAULT
};

async fn give_back(app: &App, call: &Call) -> Result<Reply> {
    let (pid, scheme) = (call.pid()?, call.param("scheme"));
    let draft = app.drafts.give_back(&call.identity, &pid, scheme, call.if_match).await?;
    present::reply_record(call, StatusCode::OK, present::expanded(app, call, draft, false).await?)
}
