//! `GET /api/jobs/{id}/runs/{run}/result`

use cairn_core::App;
use cairn_http::{
    Call, Kind, Operation, Param, Reply, Runtime, Shape,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::json;

use crate::needs;

/// Reads what a run has made, piece by piece: `next` is what to ask `after`. For administrators.
pub const OPERATION: Operation = Operation {
    name: "runs.result",
    summary: "Read what a run has made",
    route: get("/api/jobs/{id}/runs/{run}/result"),
    params: &[Param::query("after", Kind::Text, "`next` of the piece before.")],
    replies: &[(200, RESULT), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::FOLLOW_RUNS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(result(app, call)),
    ..Operation::DEFAULT
};

const RESULT: Shape = Shape {
    name: "RunResult",
    description: "A piece of what a run has made, and where to go on.",
    schema: r#"{"type": "object", "properties": {
        "results": {"type": "array"}, "next": {"type": ["string", "null"]}
    }}"#,
    example: r#"{"results": [], "next": null}"#,
};

async fn result(app: &App, call: &Call) -> Result<Reply> {
    let (job, run, after) = (call.param("id"), call.param("run"), call.query_value("after"));
    let (results, next) = app.jobs.results(&call.identity, job, run, after).await?;
    call.reply(StatusCode::OK, json!({"results": results, "next": next}))
}
