//! `GET /api/records/{id}/versions/latest`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING, MOVED},
};
use cairn_model::Result;
use http::StatusCode;

use crate::needs;

/// Leads to the latest published version; the id may also be the parent's.
pub const OPERATION: Operation = Operation {
    name: "records.latest",
    summary: "Find the latest version",
    route: get("/api/records/{id}/versions/latest"),
    replies: &[(301, MOVED), (403, DENIED), (404, MISSING)],
    needs: needs::READ_FAMILY,
    runtime: Runtime::READ,
    media: &[],
    handle: |app, call| Box::pin(latest(app, call)),
    ..Operation::DEFAULT
};

async fn latest(app: &App, call: &Call) -> Result<Reply> {
    let id = app.records.latest(&call.identity, &call.pid()?).await?;
    Reply::redirect(StatusCode::MOVED_PERMANENTLY, &format!("{}/api/records/{id}", call.site_url))
}
