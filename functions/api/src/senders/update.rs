//! `PUT /api/senders/{sender}`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::put,
    shapes::{DENIED, INVALID},
};
use cairn_model::{Error, Result, UserId, kinds::ACCOUNTS};
use cairn_ports::Need::{Read, Write};
use http::StatusCode;
use serde_json::Value;

use super::SENDER;

/// Lets a principal send messages in the name of a user. For administrators.
pub const OPERATION: Operation = Operation {
    name: "senders.update",
    summary: "Let a principal send messages",
    route: put("/api/senders/{sender}"),
    body: Body::json(SENDER),
    replies: &[(200, SENDER), (400, INVALID), (403, DENIED)],
    needs: &[Read(ACCOUNTS), Write(ACCOUNTS)],
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(update(app, call)),
    ..Operation::DEFAULT
};

async fn update(app: &App, call: &Call) -> Result<Reply> {
    call.identity.require_administrator()?;
    let missing = || Error::field("user", "Missing data for required field.");
    let user = call.object().get("user").and_then(Value::as_str).ok_or_else(missing)?;
    let user = UserId(user.to_owned());
    let unknown = || Error::field("user", "There is no such user, or they are not active.");
    app.users.identity(&user).await?.ok_or_else(unknown)?;
    let sender = app.jobs.put_sender(&call.identity, call.param("sender"), &user).await?;
    call.reply(StatusCode::OK, super::shown(&sender))
}
