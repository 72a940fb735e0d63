//! `GET /api/records/{id}/access/links`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{needs, present, shapes::HITS};

/// Lists the links that open the versions of a record, with their secrets. For those who manage it.
pub const OPERATION: Operation = Operation {
    name: "links.list",
    summary: "List secret links",
    route: get("/api/records/{id}/access/links"),
    replies: &[(200, HITS), (403, DENIED), (404, MISSING)],
    needs: needs::READ_SHARES,
    runtime: Runtime::READ,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

async fn list(app: &App, call: &Call) -> Result<Reply> {
    let links = app.access.links(&call.identity, &call.pid()?).await?;
    let hits: Vec<Value> = links.iter().map(super::shown).collect();
    call.reply(StatusCode::OK, json!({"hits": {"total": hits.len(), "hits": hits}}))
}
