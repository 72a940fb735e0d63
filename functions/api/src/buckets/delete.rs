//! `DELETE /api/files/{id}/{key}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, MISSING, NO_CONTENT},
};
use cairn_model::Result;

use super::KEY;
use crate::{files::mount::DRAFT, needs};

/// Takes a file out of a draft, and gives up its upload.
pub const OPERATION: Operation = Operation {
    name: "buckets.delete",
    summary: "Delete a file of a deposition by its name",
    route: delete("/api/files/{id}/{key+}"),
    params: &[KEY],
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING)],
    needs: needs::DELETE_FILES,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.files.delete(&call.identity, &call.pid()?, DRAFT, call.param("key")).await?;
    Ok(Reply::no_content())
}
