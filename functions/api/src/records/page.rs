//! `GET /api/records/{id}/views`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime, Shape,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::{HeaderValue, StatusCode, header::CACHE_CONTROL};
use serde_json::json;

use crate::needs;

/// Gives the page of a record the token with which it tells that it is seen: for this record, for this visitor, for one
/// view, for 30 minutes.
pub const OPERATION: Operation = Operation {
    name: "records.page",
    summary: "Get the token of a record's page",
    route: get("/api/records/{id}/views"),
    replies: &[(200, TOKEN), (403, DENIED), (404, MISSING)],
    needs: needs::GIVE_PAGE_TOKENS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(page(app, call)),
    ..Operation::DEFAULT
};

const TOKEN: Shape = Shape {
    name: "PageToken",
    description: "The token, and until when it is good.",
    schema: r#"{"type": "object", "required": ["token", "expires"], "properties": {
        "token": {"type": "string"}, "expires": {"type": "string", "format": "date-time"}
    }}"#,
    example: "",
};

async fn page(app: &App, call: &Call) -> Result<Reply> {
    let pid = call.pid()?;
    let parent = app.records.parent_of(&call.identity, &pid).await?;
    let given = app.stats.page_token(call.visitor(), &pid, &parent).await?;
    let reply = call.reply(StatusCode::OK, json!(given))?;
    Ok(reply.header(CACHE_CONTROL, HeaderValue::from_static("no-store")))
}
