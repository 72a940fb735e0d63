//! `GET /api/logs/jobs`

use cairn_core::App;
use cairn_http::{
    Call, Kind, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{Error, Result};

use super::AFTER;
use crate::{needs, shapes::HITS};

/// Reads what a run said, by the id of the run alone. For administrators.
pub const OPERATION: Operation = Operation {
    name: "logs.jobs",
    summary: "Read the log of a run by its id",
    route: get("/api/logs/jobs"),
    params: &[Param::query("q", Kind::Text, "The id of the run."), AFTER],
    replies: &[(200, HITS), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::FOLLOW_RUNS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    call.identity.require_administrator()?;
    let run = call
        .query_value("q")
        .filter(|run| !run.is_empty())
        .ok_or_else(|| Error::field("q", "Missing data for required field."))?;
    let job = app.jobs.job_of(&call.identity, run).await?;
    super::reply(app, call, &job, run).await
}
