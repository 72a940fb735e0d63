//! `GET /api/jobs/{id}/runs/{run}/logs`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;

use crate::{
    logs::{self, AFTER},
    needs,
    shapes::HITS,
};

/// Reads what a run said. For administrators.
pub const OPERATION: Operation = Operation {
    name: "runs.logs",
    summary: "Read the log of a run",
    route: get("/api/jobs/{id}/runs/{run}/logs"),
    params: &[AFTER],
    replies: &[(200, HITS), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::FOLLOW_RUNS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    logs::reply(app, call, call.param("id"), call.param("run")).await
}
