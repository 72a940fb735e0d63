//! `GET /api/jobs/{id}/runs/{run}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{
    jobs::shown::{self, RUN},
    needs,
};

/// Reads a run: its state, and how far it came. For administrators.
pub const OPERATION: Operation = Operation {
    name: "runs.read",
    summary: "Read a run",
    route: get("/api/jobs/{id}/runs/{run}"),
    replies: &[(200, RUN), (403, DENIED), (404, MISSING)],
    needs: needs::READ_JOBS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let run = app.jobs.run(&call.identity, call.param("id"), call.param("run")).await?;
    call.reply(StatusCode::OK, shown::run(app, call, &run).await?)
}
