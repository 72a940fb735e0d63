//! `GET /api/me`

use cairn_core::App;
use cairn_http::{Call, Operation, Reply, Runtime, operation::get, shapes::ERROR};
use cairn_model::Result;
use http::StatusCode;

use crate::{needs, present, shapes::USER};

/// Reads the user whose token is sent.
pub const OPERATION: Operation = Operation {
    name: "users.me",
    summary: "Read oneself",
    route: get("/api/me"),
    replies: &[(200, USER), (401, ERROR)],
    needs: needs::KNOW,
    runtime: Runtime::READ,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(me(app, call)),
    ..Operation::DEFAULT
};

async fn me(app: &App, call: &Call) -> Result<Reply> {
    present::reply_user(call, StatusCode::OK, app.users.me(&call.identity).await?)
}
