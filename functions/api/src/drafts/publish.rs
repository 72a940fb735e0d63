//! `POST /api/records/{id}/draft/actions/publish`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{EXPAND, IDEMPOTENCY_KEY, post},
    shapes::{DENIED, INVALID, KEY_REUSED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{exports, needs, present, shapes::RECORD};

/// Publishes a draft. A draft with problems stays a draft, and all of them are listed.
pub const OPERATION: Operation = Operation {
    name: "drafts.publish",
    summary: "Publish a draft",
    route: post("/api/records/{id}/draft/actions/publish"),
    params: &[IDEMPOTENCY_KEY, EXPAND],
    replies: &[(202, RECORD), (400, INVALID), (403, DENIED), (404, MISSING), (422, KEY_REUSED)],
    needs: needs::PUBLISH_DRAFTS,
    runtime: Runtime::WRITE,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(publish(app, call)),
    ..Operation::DEFAULT
};

async fn publish(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let once = super::once(call);
    let record = app.drafts.publish(&call.identity, &call.pid()?, once.as_ref()).await?;
    present::reply_record(call, StatusCode::ACCEPTED, present::expanded(app, call, record, expand).await?)
}
