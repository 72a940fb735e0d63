//! `GET /api/deposit/depositions/{id}/files/{file}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::needs;

/// Tells of a file.
pub const OPERATION: Operation = Operation {
    name: "deposit_files.read",
    summary: "Read of a file of a deposition",
    route: get("/api/deposit/depositions/{id}/files/{file}"),
    params: &[super::FILE_ID],
    replies: &[(200, super::FILE), (403, DENIED), (404, MISSING)],
    needs: needs::READ_DRAFT_FILES,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let (mount, file) = super::one(app, call).await?;
    call.reply(StatusCode::OK, super::shown(call, mount, &file))
}
