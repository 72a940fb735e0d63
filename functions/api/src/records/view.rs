//! `POST /api/records/{id}/views`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID, NO_CONTENT},
};
use cairn_model::{Error, Result};

use crate::needs;

/// Tells that the page of a record is seen. The token comes from `GET` at the same path; sent again it counts once. Views
/// by robots are accepted and not counted.
pub const OPERATION: Operation = Operation {
    name: "records.view",
    summary: "Count a view of a record's page",
    route: post("/api/records/{id}/views"),
    body: Body::Json { max_bytes: 1_024, shape: Some(SEEN) },
    replies: &[(204, NO_CONTENT), (400, INVALID), (403, DENIED)],
    needs: needs::COUNT_VIEWS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(view(app, call)),
    ..Operation::DEFAULT
};

const SEEN: Shape = Shape {
    name: "PageSeen",
    description: "The token that the page was given.",
    schema: r#"{"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}}"#,
    example: "",
};

async fn view(app: &App, call: &Call) -> Result<Reply> {
    let token = call
        .object()
        .get("token")
        .ok_or_else(|| Error::field("token", "Missing data for required field."))?;
    let token = token.as_str().ok_or_else(|| Error::field("token", "Not a valid string."))?;
    app.stats.viewed(call.visitor(), &call.pid()?, token).await?;
    Ok(Reply::no_content())
}
