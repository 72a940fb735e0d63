//! `POST /api/records/{id}/file-modification`

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

/// Lets the files of a published record be changed in its draft. For administrators, and for owners as many days after
/// publication as the site lets them (`CAIRN_FILE_MODIFICATION_DAYS`).
pub const OPERATION: Operation = Operation {
    name: "records.file_modification",
    summary: "Let the files of a published record be changed",
    route: post("/api/records/{id}/file-modification"),
    body: Body::json(WHY),
    replies: &[(200, REQUEST), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::UNLOCK_FILES,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(file_modification(app, call)),
    ..Operation::DEFAULT
};

const WHY: Shape = Shape {
    name: "FileModification",
    description: "Why files that are published are to be changed.",
    schema: r#"{"type": "object", "required": ["comment"], "properties": {"comment": {"type": "string", "minLength": 25}}}"#,
    example: r#"{"comment": "The table had a column too many, see the note."}"#,
};

const REQUEST: Shape = Shape::object("FileModificationRequest", "The request, which was accepted at once.");

async fn file_modification(app: &App, call: &Call) -> Result<Reply> {
    let pid = call.pid()?;
    let unlocked = app.files.unlock(&call.identity, &pid, call.object()).await?;
    let payload = json!({"comment": unlocked.comment, "policy_id": unlocked.policy});
    let request = super::accepted(call, &pid, "file-modification", app.shared.now(), &payload);
    Ok(Reply::json(StatusCode::OK, request))
}
