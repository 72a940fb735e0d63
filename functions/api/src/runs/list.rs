//! `GET /api/jobs/{id}/runs`

use cairn_core::App;
use cairn_http::{
    Call, Kind, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::json;

use crate::{jobs::shown, needs, present::Pages, shapes::HITS};

/// Lists the runs of a job, newest first. For administrators.
pub const OPERATION: Operation = Operation {
    name: "runs.list",
    summary: "List the runs of a job",
    route: get("/api/jobs/{id}/runs"),
    params: &[
        Param::query("q", Kind::Text, "Part of a run's id."),
        Param::query("page", Kind::Integer, "The page, from 1."),
        Param::query("size", Kind::Integer, "Runs on a page."),
    ],
    replies: &[(200, HITS), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::READ_JOBS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

async fn list(app: &App, call: &Call) -> Result<Reply> {
    call.identity.require_administrator()?;
    let pages = Pages::of(call)?;
    let job = call.param("id");
    let runs = app.jobs.runs(&call.identity, job, call.query_value("q").unwrap_or_default()).await?;
    let hits = shown::runs(app, call, pages.cut(&runs)).await?;
    let mut answer = pages.answer(call, &format!("/api/jobs/{job}/runs"), hits, runs.len());
    answer["sortBy"] = json!(["created"]);
    call.reply(StatusCode::OK, answer)
}
