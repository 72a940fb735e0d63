//! `POST /api/jobs/messages`

use cairn_core::{App, jobs::MESSAGE_SCHEMA};
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID},
};
use cairn_model::Result;
use http::StatusCode;

use super::shown::{self, RUN};
use crate::needs;

/// Accepts a message as the queue `jobs` takes it from other machines, in the name of the caller. For administrators.
pub const OPERATION: Operation = Operation {
    name: "jobs.send",
    summary: "Ask for a job by message",
    route: post("/api/jobs/messages"),
    body: Body::json(MESSAGE),
    replies: &[(202, RUN), (400, INVALID), (403, DENIED)],
    needs: needs::START_RUNS,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(send(app, call)),
    ..Operation::DEFAULT
};

const MESSAGE: Shape = Shape {
    name: "JobMessage",
    description: "A message that asks for a job. The same message again is the same run.",
    schema: MESSAGE_SCHEMA,
    example: r#"{"version": "1", "id": "2026-11-nightly", "task": "reindex", "args": {"collections": ["records"]}}"#,
};

async fn send(app: &App, call: &Call) -> Result<Reply> {
    call.identity.require_administrator()?;
    let run = app.jobs.accept(&call.identity, &call.json()).await?;
    call.reply(StatusCode::ACCEPTED, shown::run(app, call, &run).await?)
}
