//! `PATCH /api/records/{id}/access/links/{link}`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::patch,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::LINK;
use crate::{needs, present};

/// Changes what a link allows, until when, or what is said of it; its secret stays the same.
pub const OPERATION: Operation = Operation {
    name: "links.update",
    summary: "Change a secret link",
    route: patch("/api/records/{id}/access/links/{link}"),
    body: Body::json(LINK),
    replies: &[(200, LINK), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(update(app, call)),
    ..Operation::DEFAULT
};

async fn update(app: &App, call: &Call) -> Result<Reply> {
    let link =
        app.access.update_link(&call.identity, &call.pid()?, call.param("link"), call.object()).await?;
    call.reply(StatusCode::OK, super::shown(&link))
}
