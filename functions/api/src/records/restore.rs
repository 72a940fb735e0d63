//! `POST /api/records/{id}/restore`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{needs, present, shapes::RECORD};

/// Publishes a deleted record again, as it was. For administrators.
pub const OPERATION: Operation = Operation {
    name: "records.restore",
    summary: "Restore a deleted record",
    route: post("/api/records/{id}/restore"),
    replies: &[(200, RECORD), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(restore(app, call)),
    ..Operation::DEFAULT
};

async fn restore(app: &App, call: &Call) -> Result<Reply> {
    let record = app.deletion.restore(&call.identity, &call.pid()?).await?;
    let record = present::expanded(app, call, record, false).await?;
    Ok(Reply::json(StatusCode::OK, present::record(call, record)))
}
