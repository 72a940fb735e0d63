//! `POST /api/deadletters/replay`

use cairn_core::App;
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID},
};
use cairn_model::{Error, Result, kinds::ACCOUNTS};
use cairn_ports::Need::{DeadLetters, Read};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// Sends dead letters again, once what they failed on is mended. For administrators.
pub const OPERATION: Operation = Operation {
    name: "deadletters.replay",
    summary: "Send dead letters again",
    route: post("/api/deadletters/replay"),
    body: Body::json(WHICH),
    replies: &[(200, REPLAYED), (400, INVALID), (403, DENIED)],
    needs: &[Read(ACCOUNTS), DeadLetters],
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(replay(app, call)),
    ..Operation::DEFAULT
};

const WHICH: Shape = Shape {
    name: "WhichDeadLetters",
    description: "The queue, and which of its dead letters; all where no ids are named.",
    schema: r#"{"type": "object", "required": ["queue"], "properties": {
        "queue": {"type": "string"}, "ids": {"type": "array", "items": {"type": "string"}}
    }}"#,
    example: r#"{"queue": "index", "ids": ["17"]}"#,
};

const REPLAYED: Shape = Shape {
    name: "ReplayedDeadLetters",
    description: "How many were sent again.",
    schema: r#"{"type": "object", "properties": {"replayed": {"type": "integer"}}}"#,
    example: r#"{"replayed": 1}"#,
};

async fn replay(app: &App, call: &Call) -> Result<Reply> {
    let body = call.object();
    let missing = || Error::field("queue", "Missing data for required field.");
    let queue = body.get("queue").and_then(Value::as_str).ok_or_else(missing)?;
    let ids = match body.get("ids") {
        None | Some(Value::Null) => None,
        Some(ids) => Some(
            Vec::<String>::deserialize(ids)
                .map_err(|_| Error::field("ids", "Not a valid list of strings."))?,
        ),
    };
    let replayed = app.replay_dead_letters(&call.identity, queue, ids.as_deref()).await?;
    call.reply(StatusCode::OK, json!({"replayed": replayed}))
}
