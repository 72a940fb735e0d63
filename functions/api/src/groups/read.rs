//! `GET /api/groups/{id}`

use cairn_core::App;
use cairn_http::{Call, Operation, Reply, Runtime, Shape, operation::get, shapes::DENIED};
use cairn_model::Result;
use http::StatusCode;

use crate::{needs, present};

/// Reads a group. One that the caller may not know of, or that does not exist, answers 403.
pub const OPERATION: Operation = Operation {
    name: "groups.read",
    summary: "Read a group",
    route: get("/api/groups/{id}"),
    replies: &[(200, GROUP), (403, DENIED)],
    needs: needs::KNOW,
    runtime: Runtime::READ,
    media: present::BOTH_NAMES,
    handle: |app, call| Box::pin(async { read(app, call) }),
    ..Operation::DEFAULT
};

const GROUP: Shape = Shape::object("Group", "Users who hold a role.");

fn read(app: &App, call: &Call) -> Result<Reply> {
    let group = app.users.group(&call.identity, call.param("id"))?;
    call.reply(StatusCode::OK, super::shown(call, group))
}
