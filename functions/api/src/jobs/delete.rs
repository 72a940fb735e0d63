//! `DELETE /api/jobs/{id}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, MISSING, NO_CONTENT},
};
use cairn_model::Result;

use crate::needs;

/// Deletes a job and forgets its runs. For administrators.
pub const OPERATION: Operation = Operation {
    name: "jobs.delete",
    summary: "Delete a job",
    route: delete("/api/jobs/{id}"),
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING)],
    needs: needs::CHANGE_JOBS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.jobs.delete(&call.identity, call.param("id")).await?;
    Ok(Reply::no_content())
}
