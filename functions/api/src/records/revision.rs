//! `GET /api/records/{id}/revisions/{revision}`

use cairn_core::App;
use cairn_http::{
    Call, Kind, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{Error, Result};
use http::StatusCode;
use serde_json::Value;

use crate::{needs, shapes::REVISIONS};

/// Reads one revision of a record. For administrators.
pub const OPERATION: Operation = Operation {
    name: "records.revision",
    summary: "Read a revision of a record",
    route: get("/api/records/{id}/revisions/{revision}"),
    params: &[Param::query("include_previous", Kind::Boolean, "Adds the revision that it replaced.")],
    replies: &[(200, REVISIONS), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::READ_RECORDS,
    runtime: Runtime::READ,
    media: &[],
    handle: |app, call| Box::pin(revision(app, call)),
    ..Operation::DEFAULT
};

async fn revision(app: &App, call: &Call) -> Result<Reply> {
    let and_before = call.flag("include_previous")?;
    let number = call.param("revision").parse().map_err(|_| Error::NotFound("Not found.".into()))?;
    let found = app.records.revision(&call.identity, &call.pid()?, number, and_before).await?;
    Ok(Reply::json(StatusCode::OK, Value::Array(found)))
}
