//! `GET /api/deposit/depositions/{id}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, GONE, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::{shapes::DEPOSITION, shown};
use crate::needs;

/// Reads a draft; or a published record, where no draft of it is open.
pub const OPERATION: Operation = Operation {
    name: "deposits.read",
    summary: "Read a deposition",
    route: get("/api/deposit/depositions/{id}"),
    replies: &[(200, DEPOSITION), (403, DENIED), (404, MISSING), (410, GONE)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let found = shown::found(app, call, &call.pid()?).await?;
    let revision = found.revision();
    Ok(call.reply(StatusCode::OK, shown::deposition(app, call, found))?.etag(revision))
}
