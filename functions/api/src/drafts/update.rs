//! `PUT /api/records/{id}/draft`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::{EXPAND, IF_MATCH, put},
    shapes::{DENIED, INVALID, MISSING, STALE},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{exports, needs, present, shapes::RECORD};

/// Replaces the content of a draft. What is wrong with it is reported in `errors`, and the rest is saved.
pub const OPERATION: Operation = Operation {
    name: "drafts.update",
    summary: "Save a draft",
    route: put("/api/records/{id}/draft"),
    params: &[IF_MATCH, EXPAND],
    body: Body::Optional,
    consumes: present::RECORD_BODIES,
    replies: &[(200, RECORD), (400, INVALID), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::SAVE_DRAFTS,
    runtime: Runtime::WRITE,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(update(app, call)),
    ..Operation::DEFAULT
};

async fn update(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let draft = app.drafts.update(&call.identity, &call.pid()?, call.if_match, call.object()).await?;
    present::reply_record(call, StatusCode::OK, present::expanded(app, call, draft, expand).await?)
}
