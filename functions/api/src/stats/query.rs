//! `POST /api/stats`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;

use crate::needs;

/// Answers questions about the use of records: `record-view`, `record-download` and the same `-all-versions`. Nobody may ask
/// them unless the site lets them (`CAIRN_STATS_QUERY`); what records show of themselves in `stats` is for all who see them.
pub const OPERATION: Operation = Operation {
    name: "stats.query",
    summary: "Ask for usage statistics",
    route: post("/api/stats"),
    body: Body::Any { shape: Some(ASKED) },
    replies: &[(200, TOLD), (400, INVALID), (401, DENIED), (403, DENIED)],
    needs: needs::ASK_STATISTICS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(query(app, call)),
    ..Operation::DEFAULT
};

const ASKED: Shape = Shape {
    name: "StatisticsAsked",
    description: "Questions by names of your own.",
    schema: r#"{"type": "object", "additionalProperties": {"type": "object", "required": ["stat"], "properties": {
        "stat": {"enum": ["record-view", "record-view-all-versions", "record-download", "record-download-all-versions"]},
        "params": {"type": "object", "properties": {
            "recid": {"type": "string"}, "parent_recid": {"type": "string"},
            "start_date": {"type": "string"}, "end_date": {"type": "string"}
        }}
    }}}"#,
    example: r#"{"views": {"stat": "record-view", "params": {"recid": "abcde-fgh12", "start_date": "2026-01-01"}}}"#,
};

const TOLD: Shape = Shape {
    name: "StatisticsTold",
    description: "The answer to each question.",
    schema: r#"{"type": "object", "additionalProperties": {"type": "object"}}"#,
    example: r#"{"views": {
        "end_date": null, "parent_recid": "jhgfd-sa123", "recid": "abcde-fgh12", "start_date": "2026-01-01T00:00:00",
        "unique_views": 7.0, "views": 12.0
    }}"#,
};

async fn query(app: &App, call: &Call) -> Result<Reply> {
    let told = app.stats.query(&app.records, &call.identity, call.value()).await?;
    call.reply(StatusCode::OK, told)
}
