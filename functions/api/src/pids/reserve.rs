//! `POST /api/records/{id}/draft/pids/{scheme}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{IF_MATCH, post},
    shapes::{DENIED, INVALID, MISSING, STALE},
};
use cairn_model::Result;
use http::StatusCode;

use super::SCHEME;
use crate::{exports, needs, present, shapes::RECORD};

/// Reserves a DOI for a draft: it shows what the record will be called. Nobody resolves it before the record is published;
/// who gets none beforehand gets the same one then.
pub const OPERATION: Operation = Operation {
    name: "pids.reserve",
    summary: "Reserve an identifier",
    route: post("/api/records/{id}/draft/pids/{scheme}"),
    params: &[SCHEME, IF_MATCH],
    replies: &[(201, RECORD), (400, INVALID), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::CHANGE_DRAFTS,
    runtime: Runtime::WRITE,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(reserve(app, call)),
    ..Operation::DEFAULT
};

async fn reserve(app: &App, call: &Call) -> Result<Reply> {
    let draft = app.drafts.reserve(&call.identity, &call.pid()?, call.param("scheme"), call.if_match).await?;
    present::reply_record(call, StatusCode::CREATED, present::expanded(app, call, draft, false).await?)
}
