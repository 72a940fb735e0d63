//! `GET /api/users/{id}/tokens`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::{Value, json};

use super::{shown, user};
use crate::{needs, shapes::HITS};

/// Lists a user's tokens, without their secrets.
pub const OPERATION: Operation = Operation {
    name: "tokens.list",
    summary: "List tokens",
    route: get("/api/users/{id}/tokens"),
    replies: &[(200, HITS), (403, DENIED), (404, MISSING)],
    needs: needs::KNOW,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

async fn list(app: &App, call: &Call) -> Result<Reply> {
    let user = user(call);
    let tokens = app.users.list_tokens(&call.identity, &user).await?;
    let hits: Vec<Value> = tokens.iter().map(|token| shown(call, &user, token)).collect();
    call.reply(StatusCode::OK, json!({"hits": {"hits": hits, "total": tokens.len()}}))
}
