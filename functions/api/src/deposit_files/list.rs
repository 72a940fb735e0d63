//! `GET /api/deposit/depositions/{id}/files`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::Value;

use crate::needs;

/// Lists the files of a draft; or of a published record, where no draft of it is open.
pub const OPERATION: Operation = Operation {
    name: "deposit_files.list",
    summary: "List the files of a deposition",
    route: get("/api/deposit/depositions/{id}/files"),
    trailing_slash: true,
    replies: &[(200, super::FILES), (403, DENIED), (404, MISSING)],
    needs: needs::READ_DRAFT_FILES,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

async fn list(app: &App, call: &Call) -> Result<Reply> {
    let (mount, files) = super::all(app, call).await?;
    let shown = files.iter().map(|file| super::shown(call, mount, file));
    call.reply(StatusCode::OK, Value::Array(shown.collect()))
}
