//! `GET /api/jobs`

use cairn_core::App;
use cairn_http::{
    Call, Kind, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::json;

use super::shown;
use crate::{needs, present::Pages, shapes::HITS};

/// Lists jobs by title. For administrators.
pub const OPERATION: Operation = Operation {
    name: "jobs.list",
    summary: "List jobs",
    route: get("/api/jobs"),
    params: &[
        Param::query("q", Kind::Text, "Part of a title or a description."),
        Param::query("page", Kind::Integer, "The page, from 1."),
        Param::query("size", Kind::Integer, "Jobs on a page."),
        Param::query("sort_direction", Kind::Text, "`asc` or `desc`."),
    ],
    replies: &[(200, HITS), (400, INVALID), (403, DENIED)],
    needs: needs::READ_JOBS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

async fn list(app: &App, call: &Call) -> Result<Reply> {
    call.identity.require_administrator()?;
    let pages = Pages::of(call)?;
    let mut jobs = app.jobs.list(&call.identity, call.query_value("q").unwrap_or_default()).await?;
    if call.query_value("sort_direction") == Some("desc") {
        jobs.reverse();
    }
    let mut hits = Vec::new();
    for job in pages.cut(&jobs) {
        hits.push(shown::job_with_runs(app, call, job).await?);
    }
    let mut answer = pages.answer(call, "/api/jobs", hits, jobs.len());
    answer["sortBy"] = json!(["title"]);
    call.reply(StatusCode::OK, answer)
}
