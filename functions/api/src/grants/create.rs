//! `POST /api/records/{id}/access/grants`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::{EXPAND, post},
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::json;

use super::GRANTS;
use crate::{needs, present, shapes::HITS};

/// Shares the versions of a record with some. For those who manage it.
pub const OPERATION: Operation = Operation {
    name: "grants.create",
    summary: "Create grants",
    route: post("/api/records/{id}/access/grants"),
    params: &[EXPAND],
    body: Body::json(GRANTS),
    replies: &[(201, HITS), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

async fn create(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let made = app.access.create_grants(&call.identity, &call.pid()?, call.object()).await?;
    let made = made.into_iter().map(|(place, grant)| (json!(place), grant)).collect();
    call.reply(StatusCode::CREATED, super::listed(app, call, made, expand).await?)
}
