//! `POST /api/jobs/{id}/runs/{run}/actions/retry`

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

/// Starts a run again that failed or was stopped: it goes on where it was. For administrators.
pub const OPERATION: Operation = Operation {
    name: "runs.retry",
    summary: "Start a run again",
    route: post("/api/jobs/{id}/runs/{run}/actions/retry"),
    replies: &[(202, RUN), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::START_RUNS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(retry(app, call)),
    ..Operation::DEFAULT
};

async fn retry(app: &App, call: &Call) -> Result<Reply> {
    let run = app.jobs.retry(&call.identity, call.param("id"), call.param("run")).await?;
    call.reply(StatusCode::ACCEPTED, shown::run(app, call, &run).await?)
}
