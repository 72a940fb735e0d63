//! `GET /api/senders`

use cairn_core::App;
use cairn_http::{Call, Operation, Reply, Runtime, operation::get, shapes::DENIED};
use cairn_model::Result;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{needs, shapes::HITS};

/// Lists who may send messages. For administrators.
pub const OPERATION: Operation = Operation {
    name: "senders.list",
    summary: "List who may send messages",
    route: get("/api/senders"),
    replies: &[(200, HITS), (403, DENIED)],
    needs: needs::KNOW,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

async fn list(app: &App, call: &Call) -> Result<Reply> {
    let hits: Vec<Value> = app.jobs.senders(&call.identity).await?.iter().map(super::shown).collect();
    let this = format!("{}/api/senders", call.site_url);
    call.reply(StatusCode::OK, json!({"hits": {"hits": hits, "total": hits.len()}, "links": {"self": this}}))
}
