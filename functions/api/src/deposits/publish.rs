//! `POST /api/deposit/depositions/{id}/actions/publish`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{IDEMPOTENCY_KEY, post},
    shapes::{DENIED, KEY_REUSED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::Map;

use super::{
    refused,
    shapes::{DEPOSITION, REFUSED},
    shown,
};
use crate::{drafts::once, needs};

/// Publishes a draft. A draft with problems stays a draft, and all of them are listed.
pub const OPERATION: Operation = Operation {
    name: "deposits.publish",
    summary: "Publish a deposition",
    route: post("/api/deposit/depositions/{id}/actions/publish"),
    params: &[IDEMPOTENCY_KEY],
    replies: &[(202, DEPOSITION), (400, REFUSED), (403, DENIED), (404, MISSING), (422, KEY_REUSED)],
    needs: needs::PUBLISH_DRAFTS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(publish(app, call)),
    ..Operation::DEFAULT
};

async fn publish(app: &App, call: &Call) -> Result<Reply> {
    refused::or_explained(published(app, call).await, &Map::new(), &Map::new())
}

async fn published(app: &App, call: &Call) -> Result<Reply> {
    let once = once(call);
    let record = app.drafts.publish(&call.identity, &call.pid()?, once.as_ref()).await?;
    call.reply(StatusCode::ACCEPTED, shown::deposition(app, call, record))
}
