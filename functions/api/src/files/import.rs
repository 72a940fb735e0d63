//! `POST /api/records/{id}/draft/actions/files-import`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::{mount, shown};
use crate::{needs, present};

/// Takes over the files of the previous version. Nothing is copied, however many there are.
pub(super) const OPERATION: Operation = Operation {
    name: "draft_files.import",
    summary: "Take over the files of the previous version",
    route: post("/api/records/{id}/draft/actions/files-import"),
    replies: &[(201, shown::FILES), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::IMPORT_FILES,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(import(app, call)),
    ..Operation::DEFAULT
};

async fn import(app: &App, call: &Call) -> Result<Reply> {
    let list = app.files.import(&call.identity, &call.pid()?).await?;
    call.reply(StatusCode::CREATED, shown::list(call, mount::DRAFT, list))
}
