//! `POST /api/users/{id}/tokens`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::json;

use super::{shown, user};
use crate::needs;

/// Makes a personal access token. Its secret is in this answer and nowhere else.
pub const OPERATION: Operation = Operation {
    name: "tokens.create",
    summary: "Make a token",
    route: post("/api/users/{id}/tokens"),
    body: Body::json(NEW_TOKEN),
    replies: &[(201, TOKEN), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::WRITE_TOKENS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

const NEW_TOKEN: Shape = Shape {
    name: "NewToken",
    description: "What the token is for.",
    schema: r#"{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}"#,
    example: r#"{"name": "backup script"}"#,
};

const TOKEN: Shape = Shape {
    name: "Token",
    description: "The token with its secret.",
    schema: r#"{"type": "object", "properties": {
        "id": {"type": "string"}, "name": {"type": "string"}, "created": {"type": "string"}, "token": {"type": "string"}
    }}"#,
    example: "",
};

async fn create(app: &App, call: &Call) -> Result<Reply> {
    let user = user(call);
    let (token, secret) = app.users.create_token(&call.identity, &user, call.object()).await?;
    let mut body = shown(call, &user, &token);
    body["token"] = json!(secret.expose());
    call.reply(StatusCode::CREATED, body)
}
