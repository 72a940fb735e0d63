//! `POST /api/records`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::{EXPAND, IDEMPOTENCY_KEY, post},
    shapes::{DENIED, INVALID, KEY_REUSED},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{exports, needs, present, shapes::RECORD};

/// Creates a draft. What is wrong with the body is reported in `errors`, and the rest is saved.
pub const OPERATION: Operation = Operation {
    name: "drafts.create",
    summary: "Create a draft",
    route: post("/api/records"),
    params: &[IDEMPOTENCY_KEY, EXPAND],
    body: Body::Optional,
    consumes: present::RECORD_BODIES,
    replies: &[(201, RECORD), (400, INVALID), (403, DENIED), (422, KEY_REUSED)],
    needs: needs::CREATE_DRAFTS,
    runtime: Runtime::WRITE,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

async fn create(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let once = super::once(call);
    let draft = app.drafts.create(&call.identity, call.object(), once.as_ref()).await?;
    present::reply_record(call, StatusCode::CREATED, present::expanded(app, call, draft, expand).await?)
}
