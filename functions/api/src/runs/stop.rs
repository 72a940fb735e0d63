//! `POST /api/jobs/{id}/runs/{run}/actions/stop`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{
    jobs::shown::{self, RUN},
    needs,
};

/// Has a run stop after the step that is under way. For administrators.
pub const OPERATION: Operation = Operation {
    name: "runs.stop",
    summary: "Stop a run",
    route: post("/api/jobs/{id}/runs/{run}/actions/stop"),
    replies: &[(202, RUN), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::STOP_RUNS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(stop(app, call)),
    ..Operation::DEFAULT
};

async fn stop(app: &App, call: &Call) -> Result<Reply> {
    let run = app.jobs.stop(&call.identity, call.param("id"), call.param("run")).await?;
    call.reply(StatusCode::ACCEPTED, shown::run(app, call, &run).await?)
}
