//! `PUT /api/records/{id}/access/owner`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::put,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{needs, present, shapes::RECORD};

/// Gives all versions of a record to another user. For administrators.
pub const OPERATION: Operation = Operation {
    name: "access.owner",
    summary: "Change the owner of a record",
    route: put("/api/records/{id}/access/owner"),
    body: Body::json(OWNER),
    replies: &[(200, RECORD), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(owner(app, call)),
    ..Operation::DEFAULT
};

const OWNER: Shape = Shape {
    name: "Owner",
    description: "Whose all versions of a record are to be.",
    schema: r#"{"type": "object", "required": ["user"], "properties": {"user": {"type": "string"}}}"#,
    example: r#"{"user": "3"}"#,
};

async fn owner(app: &App, call: &Call) -> Result<Reply> {
    let record = app.access.change_owner(&call.identity, &call.pid()?, call.object()).await?;
    let record = present::expanded(app, call, record, false).await?;
    Ok(Reply::json(StatusCode::OK, present::record(call, record)))
}
