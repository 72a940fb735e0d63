//! `POST /api/deposit/depositions/{id}/actions/discard`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, MISSING},
};
use cairn_model::{Error, Result};
use http::StatusCode;

use super::{
    shapes::{DEPOSITION, REFUSED},
    shown,
};
use crate::needs;

/// Gives up the changes to a published record, which is answered. What was never published has nothing to go back to: it is
/// deleted by `DELETE`, and refused here.
pub const OPERATION: Operation = Operation {
    name: "deposits.discard",
    summary: "Discard the changes to a deposition",
    route: post("/api/deposit/depositions/{id}/actions/discard"),
    replies: &[(201, DEPOSITION), (400, REFUSED), (403, DENIED), (404, MISSING)],
    needs: needs::CHANGE_DRAFTS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(discard(app, call)),
    ..Operation::DEFAULT
};

async fn discard(app: &App, call: &Call) -> Result<Reply> {
    let pid = call.pid()?;
    let draft = app.drafts.read(&call.identity, &pid).await?;
    if draft.document().get("is_published") != Some(&true.into()) {
        return Err(Error::BadRequest("The deposition is not being edited.".into()));
    }
    app.drafts.delete(&call.identity, &pid, None).await?;
    let record = shown::found(app, call, &pid).await?;
    call.reply(StatusCode::CREATED, shown::deposition(app, call, record))
}
