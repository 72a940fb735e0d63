//! `GET /api/records/{id}/revisions`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::Value;

use crate::{needs, shapes::REVISIONS};

/// Lists what a record was and is: every publication, the newest first. For administrators.
pub const OPERATION: Operation = Operation {
    name: "records.revisions",
    summary: "List revisions of a record",
    route: get("/api/records/{id}/revisions"),
    replies: &[(200, REVISIONS), (403, DENIED), (404, MISSING)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    media: &[],
    handle: |app, call| Box::pin(revisions(app, call)),
    ..Operation::DEFAULT
};

async fn revisions(app: &App, call: &Call) -> Result<Reply> {
    let revisions = app.records.revisions(&call.identity, &call.pid()?).await?;
    Ok(Reply::json(StatusCode::OK, Value::Array(revisions)))
}
