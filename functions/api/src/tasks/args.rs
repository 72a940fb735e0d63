//! `GET /api/tasks/{task}/args`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime, Shape,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::{Error, Result, kinds::ACCOUNTS};
use cairn_ports::Need::Read;
use http::StatusCode;
use serde_json::{Value, json};

/// Describes a form for the arguments of a task. For administrators.
pub const OPERATION: Operation = Operation {
    name: "tasks.args",
    summary: "Describe the arguments of a task",
    route: get("/api/tasks/{task}/args"),
    replies: &[
        (200, Shape::object("TaskArguments", "Each argument of a task.")),
        (403, DENIED),
        (404, MISSING),
    ],
    needs: &[Read(ACCOUNTS)],
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(async { args(app, call) }),
    ..Operation::DEFAULT
};

fn args(app: &App, call: &Call) -> Result<Reply> {
    call.identity.require_administrator()?;
    let task = app.jobs.task(call.param("task")).ok_or_else(|| Error::NotFound("Not found.".into()))?;
    let form = super::arguments(
        task,
        |name, of| json!({"name": name, "type": of["type"], "title": of["description"], "default": of["default"]}),
    );
    call.reply(StatusCode::OK, Value::Object(form))
}
