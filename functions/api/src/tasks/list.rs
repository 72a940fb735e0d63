//! `GET /api/tasks`

use cairn_core::App;
use cairn_http::{Call, Operation, Reply, Runtime, operation::get, shapes::DENIED};
use cairn_model::{Result, kinds::ACCOUNTS};
use cairn_ports::Need::Read;
use http::StatusCode;
use serde_json::{Value, json};

use crate::shapes::HITS;

/// Lists what jobs can do. For administrators.
pub const OPERATION: Operation = Operation {
    name: "tasks.list",
    summary: "List what jobs can do",
    route: get("/api/tasks"),
    replies: &[(200, HITS), (403, DENIED)],
    needs: &[Read(ACCOUNTS)],
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(async { list(app, call) }),
    ..Operation::DEFAULT
};

fn list(app: &App, call: &Call) -> Result<Reply> {
    call.identity.require_administrator()?;
    let hits: Vec<Value> = app.jobs.tasks().map(super::shown).collect();
    let this = format!("{}/api/tasks", call.site_url);
    call.reply(StatusCode::OK, json!({"hits": {"hits": hits, "total": hits.len()}, "links": {"self": this}}))
}
