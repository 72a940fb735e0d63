//! `GET /api/records/{id}/draft`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{EXPAND, get},
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{exports, needs, present, shapes::RECORD};

/// Reads a draft.
pub const OPERATION: Operation = Operation {
    name: "drafts.read",
    summary: "Read a draft",
    route: get("/api/records/{id}/draft"),
    params: &[EXPAND],
    replies: &[(200, RECORD), (403, DENIED), (404, MISSING)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    media: exports::RECORD_FORMATS,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    // Nothing is deleted yet that could be shown; what cannot be read is refused all the same.
    call.flag("include_deleted")?;
    let draft = app.drafts.read(&call.identity, &call.pid()?).await?;
    let draft = present::with_file_links(call, present::expanded(app, call, draft, expand).await?);
    present::reply_record(call, StatusCode::OK, draft)
}
