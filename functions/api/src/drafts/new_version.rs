//! `POST /api/records/{id}/versions`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{EXPAND, post},
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{exports, needs, present, shapes::RECORD};

/// Makes the draft of the next version, which begins with what the latest one says; gives the one there is.
pub const OPERATION: Operation = Operation {
    name: "drafts.new_version",
    summary: "Begin a new version",
    route: post("/api/records/{id}/versions"),
    params: &[EXPAND],
    replies: &[(201, RECORD), (403, DENIED), (404, MISSING)],
    needs: needs::CHANGE_DRAFTS,
    runtime: Runtime::WRITE,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(begin(app, call)),
    ..Operation::DEFAULT
};

async fn begin(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let draft = app.drafts.new_version(&call.identity, &call.pid()?).await?;
    present::reply_record(call, StatusCode::CREATED, present::expanded(app, call, draft, expand).await?)
}
