//! `GET /api/records/{id}/pids`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime, Shape,
    operation::get,
    shapes::{DENIED, MISSING},
};
use cairn_model::Result;
use http::StatusCode;

use crate::needs;

/// Says what has become of the DOIs of a record: whether the registry knows them, and what it has said. For administrators.
pub const OPERATION: Operation = Operation {
    name: "pids.read",
    summary: "See what became of identifiers",
    route: get("/api/records/{id}/pids"),
    replies: &[(200, STATES), (403, DENIED), (404, MISSING)],
    needs: needs::FOLLOW_DOIS,
    runtime: Runtime::READ,
    handle: |app, call| Box::pin(read(app, call)),
    ..Operation::DEFAULT
};

const STATES: Shape = Shape {
    name: "DoiStates",
    description: "The DOI of the version, and that of all versions. `told` is when the registry last accepted something, \
                  `taken` since when it has what it has not looked at yet, `attempts` how many attempts have failed since, \
                  `error` why the last one did.",
    schema: r#"{"type": "object", "properties": {
        "doi": {"type": "object", "properties": {
            "identifier": {"type": "string"}, "provider": {"type": "string"},
            "status": {"enum": ["reserved", "external", "local", "pending", "registered", "hidden"]},
            "told": {"type": ["string", "null"]}, "taken": {"type": ["string", "null"]}, "attempts": {"type": "integer"}, "error": {"type": ["string", "null"]}
        }},
        "parent": {"type": "object", "properties": {"doi": {"type": "object"}}}
    }}"#,
    example: r#"{"doi": {"identifier": "10.5072/abcde-fgh12", "provider": "datacite", "status": "local"}, "parent": {}}"#,
};

async fn read(app: &App, call: &Call) -> Result<Reply> {
    call.reply(StatusCode::OK, app.dois.states(&call.identity, &call.pid()?).await?)
}
