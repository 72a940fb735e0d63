//! `GET /api/records/{id}/access/grants` and the like

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::{EXPAND, get},
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::Result;
use cairn_model::fields::sharing::Grant;
use http::StatusCode;
use serde_json::json;

use crate::{needs, present, shapes::HITS};

/// Lists with whom the versions of a record are shared. For those who manage it.
pub const OPERATION: Operation = Operation {
    name: "grants.list",
    summary: "List grants",
    route: get("/api/records/{id}/access/grants"),
    params: &[EXPAND],
    replies: &[(200, HITS), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::READ_SHARES,
    runtime: Runtime::READ,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

/// Those to users.
pub const USERS: Operation =
    Operation { name: "user_grants.list", route: get("/api/records/{id}/access/users"), ..OPERATION };

/// Those to groups.
pub const GROUPS: Operation =
    Operation { name: "group_grants.list", route: get("/api/records/{id}/access/groups"), ..OPERATION };

async fn list(app: &App, call: &Call) -> Result<Reply> {
    let expand = call.flag("expand")?;
    let grants = app.access.grants(&call.identity, &call.pid()?).await?.into_iter();
    let of = |kind: &'static str| move |grant: &Grant| grant.subject.kind == kind;
    let by_subject = |(_, grant): (usize, Grant)| (json!(grant.subject.id), grant);
    let grants = match call.operation {
        "user_grants.list" => grants.filter(|(_, grant)| of("user")(grant)).map(by_subject).collect(),
        "group_grants.list" => grants.filter(|(_, grant)| of("role")(grant)).map(by_subject).collect(),
        _ => grants.map(|(place, grant)| (json!(place), grant)).collect(),
    };
    call.reply(StatusCode::OK, super::listed(app, call, grants, expand).await?)
}
