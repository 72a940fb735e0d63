//! `GET /api/records/{id}/revisions/{revision}/diff`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime, Shape,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::{Error, Result};
use http::StatusCode;
use serde_json::Value;

use crate::needs;

/// Tells what a revision of a record changed of the one before it. For administrators.
pub const OPERATION: Operation = Operation {
    name: "records.diff",
    summary: "Compare a revision of a record with the one before",
    route: get("/api/records/{id}/revisions/{revision}/diff"),
    replies: &[(200, CHANGES), (403, DENIED), (404, MISSING)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    media: &[],
    handle: |app, call| Box::pin(diff(app, call)),
    ..Operation::DEFAULT
};

const CHANGES: Shape = Shape {
    name: "Changes",
    description: "Values that differ, by their paths; lists are compared as a whole.",
    schema: r#"{"type": "array", "items": {"type": "object", "required": ["op", "path", "from", "to"], "properties": {
        "op": {"enum": ["add", "remove", "replace"]}, "path": {"type": "string"}, "from": {}, "to": {}
    }}}"#,
    example: r#"[{"op": "replace", "path": "metadata.title", "from": "First", "to": "Second"}]"#,
};

async fn diff(app: &App, call: &Call) -> Result<Reply> {
    let number = call.param("revision").parse().map_err(|_| Error::NotFound("Not found.".into()))?;
    let changes = app.records.diff(&call.identity, &call.pid()?, number).await?;
    Ok(Reply::json(StatusCode::OK, Value::Array(changes)))
}
