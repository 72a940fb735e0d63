//! `POST /api/records/{id}/draft`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{EXPAND, post},
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{exports, needs, present, shapes::RECORD};

/// Opens a published record for editing, or gives the draft that is open already.
pub const OPERATION: Operation = Operation {
    name: "drafts.edit",
    summary: "Edit a published record",
    route: post("/api/records/{id}/draft"),
    params: &[EXPAND],
    replies: &[(201, RECORD), (403, DENIED), (404, MISSING)],
    needs: needs::CHANGE_DRAFTS,
    runtime: Runtime::WRITE,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(edit(app, call)),
    ..Operation::DEFAULT
};

async fn edit(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let draft = app.drafts.edit(&call.identity, &call.pid()?).await?;
    present::reply_record(call, StatusCode::CREATED, present::expanded(app, call, draft, expand).await?)
}
