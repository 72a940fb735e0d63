//! `GET /api/users`

use cairn_core::{
    App,
    search::{Options, Request},
};
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::get,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;

use crate::{needs, present, shapes::HITS};

/// Finds users who let themselves be found: always the first ten.
pub const OPERATION: Operation = Operation {
    name: "users.search",
    summary: "Search users",
    route: get("/api/users"),
    params: present::SEARCH_PARAMS,
    replies: &[(200, HITS), (400, INVALID), (403, DENIED)],
    needs: needs::FIND,
    runtime: Runtime::SEARCH,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(search(app, call)),
    ..Operation::DEFAULT
};

static OPTIONS: Options = Options {
    path: "/api/users",
    suggest: true,
    size: 10,
    numbered: false,
    fixed_page: true,
    ..Options::DEFAULT
};

async fn search(app: &App, call: &Call) -> Result<Reply> {
    let request = Request::parse(call.query(), &OPTIONS)?;
    let answer = app.users.search(&call.identity, request).await?;
    let address = format!("{}{}", call.site_url, OPTIONS.path);
    call.reply(StatusCode::OK, answer.json(&address, |user| present::user(call, user)))
}
