//! `GET /api/operations`

use cairn_http::{Class, Operation, Runtime, Shape, operation::get};
use http::StatusCode;
use serde_json::{Value, json};

/// Lists what the repository can be asked, what each operation may touch, and what its function is given.
pub const OPERATION: Operation = Operation {
    name: "meta.operations",
    summary: "List the operations",
    route: get("/api/operations"),
    runtime: Runtime::STATIC,
    replies: &[(200, OPERATIONS)],
    handle: |_, call| {
        Box::pin(async {
            let operations: Vec<Value> = crate::all().map(describe).collect();
            call.reply(StatusCode::OK, json!({"total": operations.len(), "operations": operations}))
        })
    },
    ..Operation::DEFAULT
};

const OPERATIONS: Shape = Shape {
    name: "Operations",
    description: "All operations.",
    schema: r#"{"type": "object", "properties": {
        "total": {"type": "integer"},
        "operations": {"type": "array", "items": {"type": "object", "properties": {
            "name": {"type": "string"},
            "summary": {"type": "string"},
            "method": {"type": "string"},
            "path": {"type": "string"},
            "class": {"enum": ["static", "read", "search", "write", "file"]},
            "memory_mb": {"type": "integer"},
            "timeout_s": {"type": "integer"},
            "needs": {"type": "array", "items": {"type": "string"}}
        }}}
    }}"#,
    example: r#"{"total": 1, "operations": [{
        "name": "meta.ping", "summary": "Say that the API answers", "method": "GET", "path": "/api/ping",
        "class": "static", "memory_mb": 256, "timeout_s": 5, "needs": []
    }]}"#,
};

fn describe(operation: &Operation) -> Value {
    let class = match operation.runtime.class {
        Class::Static => "static",
        Class::Read => "read",
        Class::Search => "search",
        Class::Write => "write",
        Class::File => "file",
    };
    let needs: Vec<String> = operation.needs.iter().map(ToString::to_string).collect();
    json!({
        "name": operation.name,
        "summary": operation.summary,
        "method": operation.route.method.as_str(),
        "path": operation.route.path,
        "class": class,
        "memory_mb": operation.runtime.memory_mb,
        "timeout_s": operation.runtime.timeout_s,
        "needs": needs,
    })
}
