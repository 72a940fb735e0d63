//! Operations on the audit log.

pub mod read;
pub mod search;

use cairn_http::{Call, Operation, Shape};
use cairn_model::Projection;
use serde_json::{Value, json};

/// Their list.
pub const OPERATIONS: &[Operation] = &[search::OPERATION, read::OPERATION];

/// Where the log is, as InvenioRDM has it: with a slash at the end.
const PATH: &str = "/api/audit-logs/";

/// An entry.
const ENTRY: Shape = Shape {
    name: "AuditLogEntry",
    description: "Who did what to what, when, and from where. It never changes.",
    schema: r#"{"type": "object", "required": ["id", "created", "action", "resource", "metadata", "user", "links"], "properties": {
        "id": {"type": "string", "format": "uuid"},
        "created": {"type": "string", "format": "date-time"},
        "action": {"type": "string"},
        "resource": {"type": "object", "required": ["type", "id"], "properties": {
            "type": {"enum": ["record", "draft", "parent"]}, "id": {"type": "string"}
        }},
        "metadata": {"type": "object"},
        "user": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string"}, "username": {"type": "string"}, "email": {"type": "string"}
        }},
        "links": {"type": "object"}
    }}"#,
    example: "",
};

/// An entry with its links.
fn shown(call: &Call, mut entry: Projection) -> Value {
    let own = format!("{}{PATH}{}", call.site_url, entry.id());
    entry.insert("links", json!({"self": own}));
    Value::Object(entry.into_document())
}
