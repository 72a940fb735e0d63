//! `GET /doi/{doi+}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Param, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING, MOVED},
};
use cairn_model::Result;
use http::StatusCode;

use crate::needs;

/// Leads from a DOI to the page of the record that has it, or of the latest version where all versions have it together:
/// where registries send those who follow a DOI of this site.
pub const OPERATION: Operation = Operation {
    name: "pids.resolve",
    summary: "Follow a DOI",
    route: get("/doi/{doi+}"),
    params: &[Param::path("doi", "The DOI, with its slash.")],
    replies: &[(302, MOVED), (403, DENIED), (404, MISSING)],
    needs: needs::FOLLOW_DOIS,
    runtime: Runtime::READ,
    media: &[],
    handle: |app, call| Box::pin(resolve(app, call)),
    ..Operation::DEFAULT
};

async fn resolve(app: &App, call: &Call) -> Result<Reply> {
    let id = app.dois.resolve(&call.identity, call.param("doi")).await?;
    Reply::redirect(StatusCode::FOUND, &format!("{}/records/{id}", call.site_url))
}
