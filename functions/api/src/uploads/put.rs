//! `PUT /api/uploads/{upload}/parts/{part}`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::put,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::json;

use crate::needs;

/// Keeps a part of an upload for 30 days; the same part again replaces it. Who brings it names the upload; nobody else sees it.
pub const OPERATION: Operation = Operation {
    name: "uploads.put",
    summary: "Bring records for a job, in parts",
    route: put("/api/uploads/{upload}/parts/{part}"),
    body: Body::json(PART),
    replies: &[(200, KEPT), (400, INVALID), (403, DENIED)],
    needs: needs::CHANGE_JOBS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(keep(app, call)),
    ..Operation::DEFAULT
};

const PART: Shape = Shape {
    name: "UploadPart",
    description: "Records as `POST /api/records` takes them: at most 4 MB.",
    schema: r#"{"type": "object", "required": ["records"], "properties": {
        "records": {"type": "array", "items": {"type": "object"}}
    }}"#,
    example: r#"{"records": [{"metadata": {"title": "A record"}}]}"#,
};

const KEPT: Shape = Shape {
    name: "KeptPart",
    description: "What is kept.",
    schema: r#"{"type": "object", "properties": {
        "upload": {"type": "string"}, "part": {"type": "string"}, "records": {"type": "integer"}
    }}"#,
    example: r#"{"upload": "spring", "part": "1", "records": 100}"#,
};

async fn keep(app: &App, call: &Call) -> Result<Reply> {
    let (upload, part) = (call.param("upload"), call.param("part"));
    let records = app.jobs.put_part(&call.identity, upload, part, call.object().get("records")).await?;
    call.reply(StatusCode::OK, json!({"upload": upload, "part": part, "records": records}))
}
