//! `PUT /api/records/{id}/access`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::put,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{needs, present, shapes::RECORD};

/// Says what others may ask of the owner of a record; what is not said stays as it is. For those who manage it.
pub const OPERATION: Operation = Operation {
    name: "access.update",
    summary: "Change the access settings of a record",
    route: put("/api/records/{id}/access"),
    body: Body::json(SETTINGS),
    replies: &[(200, RECORD), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(update(app, call)),
    ..Operation::DEFAULT
};

const SETTINGS: Shape = Shape {
    name: "AccessSettings",
    description: "What others may ask of the owner of a record.",
    schema: r#"{"type": "object", "properties": {
        "allow_user_requests": {"type": "boolean"}, "allow_guest_requests": {"type": "boolean"},
        "accept_conditions_text": {"type": ["string", "null"]},
        "secret_link_expiration": {"type": "integer", "minimum": 0, "maximum": 365}
    }}"#,
    example: r#"{"allow_user_requests": true, "secret_link_expiration": 30}"#,
};

async fn update(app: &App, call: &Call) -> Result<Reply> {
    let record = app.access.update_settings(&call.identity, &call.pid()?, call.object()).await?;
    let record = present::expanded(app, call, record, false).await?;
    Ok(Reply::json(StatusCode::OK, present::record(call, record)))
}
