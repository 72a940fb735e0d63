//! `DELETE /api/records/{id}/delete`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::{IF_MATCH, delete},
    shapes::{DENIED, INVALID, MISSING, NO_CONTENT, STALE},
};
use cairn_model::Result;

use crate::needs;

/// Deletes a published record: what is left is its tombstone, and its draft goes. For administrators.
pub const OPERATION: Operation = Operation {
    name: "records.bury",
    summary: "Delete a published record",
    route: delete("/api/records/{id}/delete"),
    params: &[IF_MATCH],
    body: Body::json(DELETION),
    replies: &[(204, NO_CONTENT), (400, INVALID), (403, DENIED), (404, MISSING), (412, STALE)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(bury(app, call)),
    ..Operation::DEFAULT
};

const DELETION: Shape = Shape {
    name: "Deletion",
    description: "Why a record is deleted: all of it may be left out.",
    schema: r#"{"type": "object", "properties": {
        "removal_reason": {"type": "object", "properties": {"id": {"type": "string"}}},
        "note": {"type": "string"}, "is_visible": {"type": "boolean"}, "citation_text": {"type": "string"}
    }}"#,
    example: r#"{"removal_reason": {"id": "spam"}, "note": "An advertisement", "is_visible": true}"#,
};

async fn bury(app: &App, call: &Call) -> Result<Reply> {
    app.deletion.delete(&call.identity, &call.pid()?, call.if_match, call.object()).await?;
    Ok(Reply::no_content())
}
