//! `POST /api/records/{id}/request-deletion`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::json;

use crate::needs;

/// Deletes a record that its owner published not long ago (30 days, or `CAIRN_DELETION_DAYS`). Later it takes an
/// administrator.
pub const OPERATION: Operation = Operation {
    name: "records.request_deletion",
    summary: "Have a record deleted",
    route: post("/api/records/{id}/request-deletion"),
    body: Body::json(WISH),
    replies: &[(200, REQUEST), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(request_deletion(app, call)),
    ..Operation::DEFAULT
};

const WISH: Shape = Shape {
    name: "DeletionWish",
    description: "Why: a reason of the vocabulary `removalreasons` that is tagged `deletion-request`.",
    schema: r#"{"type": "object", "required": ["reason"], "properties": {
        "reason": {"type": "string"}, "comment": {"type": "string", "minLength": 25}
    }}"#,
    example: r#"{"reason": "test-record"}"#,
};

const REQUEST: Shape = Shape::object("DeletionRequest", "The request, which was accepted at once.");

async fn request_deletion(app: &App, call: &Call) -> Result<Reply> {
    let pid = call.pid()?;
    let done = app.deletion.withdraw(&call.identity, &pid, call.object()).await?;
    let mut payload = json!({"policy_id": done.policy, "reason": done.said.reason});
    if let Some(comment) = done.said.comment {
        payload["comment"] = json!(comment);
    }
    let mut request = super::accepted(call, &pid, "record-deletion", done.at, &payload);
    request["title"] = json!(format!("Deletion request for \"{}\"", done.title));
    Ok(Reply::json(StatusCode::OK, request))
}
