//! `POST /api/users`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{needs, present, shapes::USER};

/// Creates a user who is active and verified. For administrators.
pub const OPERATION: Operation = Operation {
    name: "users.create",
    summary: "Create a user",
    route: post("/api/users"),
    body: Body::json(NEW_USER),
    replies: &[(201, USER), (400, INVALID), (403, DENIED)],
    needs: needs::CREATE_USERS,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

const NEW_USER: Shape = Shape {
    name: "NewUser",
    description: "A user to be.",
    schema: r#"{
        "type": "object",
        "required": ["email"],
        "properties": {
            "email": {"type": "string", "format": "email"},
            "username": {"type": "string"},
            "password": {"type": "string", "minLength": 6},
            "roles": {"type": "array", "items": {"type": "string"}},
            "profile": {"type": "object", "properties": {
                "full_name": {"type": "string"}, "affiliations": {"type": "string"}
            }},
            "preferences": {"type": "object", "properties": {
                "visibility": {"enum": ["public", "restricted"]},
                "email_visibility": {"enum": ["public", "restricted"]},
                "locale": {"type": "string"}, "timezone": {"type": "string"}
            }}
        }
    }"#,
    example: r#"{"email": "ada@example.org", "profile": {"full_name": "Ada Lovelace"}, "roles": []}"#,
};

async fn create(app: &App, call: &Call) -> Result<Reply> {
    let user = app.users.create(&call.identity, call.object()).await?;
    present::reply_user(call, StatusCode::CREATED, user)
}
