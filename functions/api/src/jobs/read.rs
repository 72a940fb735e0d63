//! `GET /api/jobs/{id}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::shown::{self, JOB};
use crate::needs;

/// Reads a job with its last runs. For administrators.
pub const OPERATION: Operation = Operation {
    name: "jobs.read",
    summary: "Read a job",
    route: get("/api/jobs/{id}"),
    replies: &[(200, JOB), (403, DENIED), (404, MISSING)],
    needs: needs::READ_JOBS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let job = app.jobs.read(&call.identity, call.param("id")).await?;
    call.reply(StatusCode::OK, shown::job_with_runs(app, call, &job).await?)
}
