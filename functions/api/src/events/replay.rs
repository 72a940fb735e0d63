//! `POST /api/events/replay`

use cairn_core::{App, bus::ARCHIVE};
use cairn_http::{
    Body, Call, Operation, Reply, Runtime, Shape,
    operation::post,
    shapes::{DENIED, INVALID},
};
use cairn_model::{
    Error, Result, Timestamp,
    kinds::{ACCOUNTS, EVENTS},
};
use cairn_ports::Need::{GetObjects, Read, Send};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// Sends archived events to one subscriber again, a step at a time, so that what it made can be made anew. For
/// administrators.
pub const OPERATION: Operation = Operation {
    name: "events.replay",
    summary: "Send archived events to a subscriber again",
    route: post("/api/events/replay"),
    body: Body::json(WHICH),
    replies: &[(200, STEP), (400, INVALID), (403, DENIED)],
    needs: &[Read(ACCOUNTS), Read(EVENTS), GetObjects(ARCHIVE), Send],
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(replay(app, call)),
    ..Operation::DEFAULT
};

const WHICH: Shape = Shape {
    name: "WhichEvents",
    description: "The subscriber, the instant from which on, and where an earlier step ended.",
    schema: r#"{"type": "object", "required": ["subscriber", "since"], "properties": {
        "subscriber": {"type": "string"}, "since": {"type": "string", "format": "date-time"},
        "cursor": {"type": ["string", "null"]}
    }}"#,
    example: r#"{"subscriber": "index", "since": "2026-11-01T00:00:00+00:00"}"#,
};

const STEP: Shape = Shape {
    name: "ReplayedEvents",
    description: "How many events this step sent, and where the next one begins; null at the end.",
    schema: r#"{"type": "object", "properties": {
        "events": {"type": "integer"}, "next": {"type": ["string", "null"]}
    }}"#,
    example: r#"{"events": 99, "next": "2026-11-01@2@0@"}"#,
};

async fn replay(app: &App, call: &Call) -> Result<Reply> {
    let body = call.object();
    let text = |key: &str| {
        let value = body.get(key).ok_or_else(|| Error::field(key, "Missing data for required field."))?;
        value.as_str().ok_or_else(|| Error::field(key, "Not a valid string."))
    };
    let subscriber = text("subscriber")?;
    text("since")?;
    let since =
        Timestamp::deserialize(&body["since"]).map_err(|_| Error::field("since", "Not a valid datetime."))?;
    let cursor = match body.get("cursor") {
        None | Some(Value::Null) => None,
        Some(_) => Some(text("cursor")?),
    };
    let step = app.replay_events(&call.identity, subscriber, since, cursor).await?;
    call.reply(StatusCode::OK, json!({"events": step.events, "next": step.next}))
}
