//! `POST /api/users/{id}/quota`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{Result, UserId};
use http::StatusCode;
use serde_json::json;

use crate::{
    needs,
    shapes::{NO_MORE, QUOTA},
};

/// Says how much the files of each draft may come to that the user has from now on, unless its record has a quota of its
/// own. For administrators.
pub const OPERATION: Operation = Operation {
    name: "users.set_quota",
    summary: "Set the quota of a user's new drafts",
    route: post("/api/users/{id}/quota"),
    body: Body::json(QUOTA),
    replies: &[(200, NO_MORE), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::CHANGE_USERS,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(set_quota(app, call)),
    ..Operation::DEFAULT
};

async fn set_quota(app: &App, call: &Call) -> Result<Reply> {
    app.users.set_quota(&call.identity, &UserId(call.param("id").to_owned()), call.object()).await?;
    Ok(Reply::json(StatusCode::OK, json!({})))
}
