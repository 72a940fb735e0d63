//! `POST /api/records/{id}/quota`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;
use serde_json::json;

use crate::{
    needs,
    shapes::{NO_MORE, QUOTA},
};

/// Says how much the files of a record may come to: those of its draft from now on, and those of all later versions. For
/// administrators.
pub const OPERATION: Operation = Operation {
    name: "records.set_quota",
    summary: "Set the quota of a record",
    route: post("/api/records/{id}/quota"),
    body: Body::json(QUOTA),
    replies: &[(200, NO_MORE), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::ALLOW_FILES,
    runtime: Runtime::WRITE,
    media: &[],
    handle: |app, call| Box::pin(set_quota(app, call)),
    ..Operation::DEFAULT
};

async fn set_quota(app: &App, call: &Call) -> Result<Reply> {
    app.files.set_quota(&call.identity, &call.pid()?, call.object()).await?;
    Ok(Reply::json(StatusCode::OK, json!({})))
}
