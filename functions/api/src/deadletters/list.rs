//! `GET /api/deadletters`

use cairn_core::App;
use cairn_http::{
    Call, Kind, Operation, Param, Reply, Runtime, Shape,
    operation::get,
    shapes::{DENIED, INVALID},
};
use cairn_model::{Result, kinds::ACCOUNTS};
use cairn_ports::Need::{DeadLetters, Read};
use http::StatusCode;
use serde_json::{Value, json};

/// Lists messages that nobody could act on, with the reason. For administrators.
pub const OPERATION: Operation = Operation {
    name: "deadletters.list",
    summary: "List dead letters",
    route: get("/api/deadletters"),
    params: &[Param::query("queue", Kind::Text, "Only those of this queue.")],
    replies: &[(200, LETTERS), (400, INVALID), (403, DENIED)],
    needs: &[Read(ACCOUNTS), DeadLetters],
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(list(app, call)),
    ..Operation::DEFAULT
};

const LETTERS: Shape = Shape {
    name: "DeadLetters",
    description: "Messages that nobody could act on.",
    schema: r#"{"type": "object", "properties": {"hits": {"type": "object", "properties": {
        "total": {"type": "integer"},
        "hits": {"type": "array", "items": {"type": "object", "properties": {
            "queue": {"type": "string"}, "id": {"type": "string"}, "error": {"type": "string"},
            "died": {"type": "string"}, "message": {}
        }}}
    }}}}"#,
    example: "",
};

async fn list(app: &App, call: &Call) -> Result<Reply> {
    let queue = call.query_value("queue");
    let letters = app.dead_letters(&call.identity, queue).await?;
    let hits: Vec<Value> = letters
        .iter()
        .map(|(queue, letter)| {
            // What is no JSON is shown as it is.
            let message = serde_json::from_str(&letter.body).unwrap_or_else(|_| json!(letter.body));
            json!({
                "queue": queue.name,
                "id": letter.id,
                "error": letter.error,
                "died": letter.died,
                "message": message,
            })
        })
        .collect();
    call.reply(StatusCode::OK, json!({"hits": {"total": hits.len(), "hits": hits}}))
}
