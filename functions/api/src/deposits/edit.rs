//! `POST /api/deposit/depositions/{id}/actions/edit`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::{shapes::DEPOSITION, shown};
use crate::needs;

/// Opens a published record for editing, or gives the draft that is open already.
pub const OPERATION: Operation = Operation {
    name: "deposits.edit",
    summary: "Edit a published deposition",
    route: post("/api/deposit/depositions/{id}/actions/edit"),
    replies: &[(201, DEPOSITION), (403, DENIED), (404, MISSING)],
    needs: needs::CHANGE_DRAFTS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(edit(app, call)),
    ..Operation::DEFAULT
};

async fn edit(app: &App, call: &Call) -> Result<Reply> {
    let draft = app.drafts.edit(&call.identity, &call.pid()?).await?;
    call.reply(StatusCode::CREATED, shown::deposition(app, call, draft))
}
