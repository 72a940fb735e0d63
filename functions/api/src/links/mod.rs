//! Operations on secret links.

pub mod create;
pub mod delete;
pub mod list;
pub mod read;
pub mod update;

use cairn_core::access::OpenLink;
use cairn_http::{Operation, Shape};
use serde_json::{Value, json};

/// Their list.
pub const OPERATIONS: &[Operation] =
    &[list::OPERATION, create::OPERATION, read::OPERATION, update::OPERATION, delete::OPERATION];

/// A secret link.
const LINK: Shape = Shape {
    name: "SecretLink",
    description: "A link that opens all versions of a record for whoever has its secret.",
    schema: r#"{"type": "object", "required": ["permission"], "properties": {
        "id": {"type": "string"}, "created_at": {"type": "string", "format": "date-time"},
        "expires_at": {"type": "string", "format": "date"}, "permission": {"enum": ["view", "preview", "edit"]},
        "description": {"type": "string"}, "token": {"type": "string"}
    }}"#,
    example: r#"{"permission": "view", "expires_at": "2099-12-31", "description": "For the reviewers"}"#,
};

fn shown(link: &OpenLink) -> Value {
    let held = &link.link.held;
    let mut shown = json!({"id": link.link.id, "created_at": held.created_at});
    if let Some(last) = held.expires_at {
        shown["expires_at"] = json!(last);
    }
    shown["permission"] = json!(held.permission);
    shown["description"] = json!(held.description);
    shown["token"] = json!(link.token.expose());
    shown
}
