//! `POST /api/records/{id}/access/links`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use super::LINK;
use crate::{needs, present};

/// Makes a link: whoever has its secret, as `?token=`, may view all versions, preview drafts, or edit them once they say who
/// they are.
pub const OPERATION: Operation = Operation {
    name: "links.create",
    summary: "Create a secret link",
    route: post("/api/records/{id}/access/links"),
    body: Body::json(LINK),
    replies: &[(201, LINK), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SHARE_RECORDS,
    runtime: Runtime::WRITE,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(create(app, call)),
    ..Operation::DEFAULT
};

async fn create(app: &App, call: &Call) -> Result<Reply> {
    let link = app.access.create_link(&call.identity, &call.pid()?, call.object()).await?;
    call.reply(StatusCode::CREATED, super::shown(&link))
}
