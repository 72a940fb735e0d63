//! `GET /api/status`

use cairn_core::App;
use cairn_http::{Call, Operation, Reply, Runtime, Shape, operation::get, shapes::DENIED};
use cairn_model::{
    Result, Timestamp,
    kinds::{ACCOUNTS, KINDS},
    table::OUTBOX,
};
use cairn_ports::Need::{Depths, Read, Scan, Search};
use cairn_ports::{queue::Depth, search::Generation};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// Events counted at most; more are as good as a number.
const MOST: usize = 10_000;

/// Says how the repository is doing: documents per index, events waiting in the outbox, messages on the queues. For
/// administrators.
pub const OPERATION: Operation = Operation {
    name: "status.read",
    summary: "Say how the repository is doing",
    route: get("/api/status"),
    replies: &[(200, STATUS), (403, DENIED)],
    needs: &[Read(ACCOUNTS), Scan(OUTBOX), Search, Depths],
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

const STATUS: Shape = Shape {
    name: "Status",
    description: "How the repository is doing.",
    schema: r#"{"type": "object", "properties": {
        "version": {"type": "string"},
        "index": {"type": "object", "additionalProperties": {"type": "integer"}},
        "outbox": {"type": "object", "properties": {
            "waiting": {"type": "integer"}, "oldest": {"type": ["string", "null"]},
            "lag_seconds": {"type": ["integer", "null"]}
        }},
        "queues": {"type": "object", "additionalProperties": {"type": "object", "properties": {
            "waiting": {"type": "integer"}, "hidden": {"type": "integer"}, "dead": {"type": "integer"},
            "oldest": {"type": ["string", "null"]}, "lag_seconds": {"type": ["integer", "null"]}
        }}}
    }}"#,
    example: r#"{"version": "0.1.0", "index": {"records": 4222}, "outbox": {"waiting": 0, "oldest": null}}"#,
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    call.identity.require_administrator()?;
    let now = app.shared.now();
    let lag = |oldest: Option<Timestamp>| oldest.map(|oldest| (now.seconds() - oldest.seconds()).max(0));
    let (waiting, oldest) = app.outbox(MOST).await?;
    let mut index = Map::new();
    for name in indices() {
        let count = app.shared.ports.search.count(name, Generation::Live).await?;
        index.insert(name.to_owned(), Value::from(count));
    }
    let mut queues = Map::new();
    for (queue, depth) in app.depths().await? {
        let Depth { waiting, hidden, dead, oldest } = depth;
        queues.insert(
            queue.name.to_owned(),
            json!({
                "waiting": waiting, "hidden": hidden, "dead": dead, "oldest": oldest, "lag_seconds": lag(oldest),
            }),
        );
    }
    let status = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "index": index,
        "outbox": {"waiting": waiting, "oldest": oldest, "lag_seconds": lag(oldest)},
        "queues": queues,
    });
    call.reply(StatusCode::OK, status)
}

/// The names of all indices.
fn indices() -> Vec<&'static str> {
    KINDS.iter().flat_map(|kind| [kind.mapping, kind.drafts]).flatten().map(|mapping| mapping.index).collect()
}
