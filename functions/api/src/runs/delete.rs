//! `DELETE /api/jobs/{id}/runs/{run}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, MISSING, NO_CONTENT},
};
use cairn_model::Result;

use crate::needs;

/// Deletes a run; one that is under way ends with its step. For administrators.
pub const OPERATION: Operation = Operation {
    name: "runs.delete",
    summary: "Delete a run",
    route: delete("/api/jobs/{id}/runs/{run}"),
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING)],
    needs: needs::CHANGE_JOBS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.jobs.delete_run(&call.identity, call.param("id"), call.param("run")).await?;
    Ok(Reply::no_content())
}
