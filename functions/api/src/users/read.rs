//! `GET /api/users/{id}`

use cairn_core::App;
use cairn_http::{Call, Operation, Reply, Runtime, operation::get, shapes::MISSING};
use cairn_model::{Result, UserId};
use http::StatusCode;

use crate::{needs, present, shapes::USER};

/// Reads a user. One whose profile the caller may not see answers 404.
pub const OPERATION: Operation = Operation {
    name: "users.read",
    summary: "Read a user",
    route: get("/api/users/{id}"),
    replies: &[(200, USER), (404, MISSING)],
    needs: needs::KNOW,
    runtime: Runtime::READ,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let user = app.users.read(&call.identity, &UserId(call.param("id").to_owned())).await?;
    present::reply_user(call, StatusCode::OK, user)
}
