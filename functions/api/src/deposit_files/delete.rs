//! `DELETE /api/deposit/depositions/{id}/files/{file}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, MISSING, NO_CONTENT},
};
use cairn_model::Result;

use crate::{files::mount::DRAFT, needs};

/// Takes a file out of a draft.
pub const OPERATION: Operation = Operation {
    name: "deposit_files.delete",
    summary: "Delete a file of a deposition",
    route: delete("/api/deposit/depositions/{id}/files/{file}"),
    params: &[super::FILE_ID],
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING)],
    needs: needs::DELETE_FILES,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    let (_, file) = super::one(app, call).await?;
    app.files.delete(&call.identity, &call.pid()?, DRAFT, &file.key).await?;
    Ok(Reply::no_content())
}
