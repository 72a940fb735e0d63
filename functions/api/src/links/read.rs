//! `GET /api/records/{id}/access/links/{link}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::LINK;
use crate::{needs, present};

/// Reads a link, with its secret. For those who manage the record.
pub const OPERATION: Operation = Operation {
    name: "links.read",
    summary: "Read a secret link",
    route: get("/api/records/{id}/access/links/{link}"),
    replies: &[(200, LINK), (403, DENIED), (404, MISSING)],
    needs: needs::READ_SHARES,
    runtime: Runtime::READ,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    let link = app.access.link(&call.identity, &call.pid()?, call.param("link")).await?;
    call.reply(StatusCode::OK, super::shown(&link))
}
