//! `POST /api/jobs/{id}/runs`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{
    jobs::shown::{self, RUN},
    needs,
};

/// Starts a run now, whether or not the job is active. For administrators.
pub const OPERATION: Operation = Operation {
    name: "runs.create",
    summary: "Start a run",
    route: post("/api/jobs/{id}/runs"),
    body: Body::json(RUN),
    replies: &[(201, RUN), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::START_RUNS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

async fn create(app: &App, call: &Call) -> Result<Reply> {
    let run = app.jobs.start(&call.identity, call.param("id"), call.object()).await?;
    call.reply(StatusCode::CREATED, shown::run(app, call, &run).await?)
}
