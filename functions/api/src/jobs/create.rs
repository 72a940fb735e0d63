//! `POST /api/jobs`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;

use super::shown::{self, JOB};
use crate::needs;

/// Defines a job. For administrators.
pub const OPERATION: Operation = Operation {
    name: "jobs.create",
    summary: "Define a job",
    route: post("/api/jobs"),
    body: Body::json(JOB),
    replies: &[(201, JOB), (400, INVALID), (403, DENIED)],
    needs: needs::DEFINE_JOBS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

async fn create(app: &App, call: &Call) -> Result<Reply> {
    let job = app.jobs.create(&call.identity, call.object()).await?;
    call.reply(StatusCode::CREATED, shown::job(call, &job))
}
