//! `PUT /api/jobs/{id}`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::put,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::shown::{self, JOB};
use crate::needs;

/// Changes a job. What is not said stays, but for the schedule. For administrators.
pub const OPERATION: Operation = Operation {
    name: "jobs.update",
    summary: "Change a job",
    route: put("/api/jobs/{id}"),
    body: Body::json(JOB),
    replies: &[(200, JOB), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::CHANGE_JOBS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(update(app, call)),
    ..Operation::DEFAULT
};

async fn update(app: &App, call: &Call) -> Result<Reply> {
    let job = app.jobs.update(&call.identity, call.param("id"), call.object()).await?;
    call.reply(StatusCode::OK, shown::job(call, &job))
}
