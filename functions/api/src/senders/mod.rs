//! Operations on senders: whom a principal of the queue `jobs` stands for.

pub mod delete;
pub mod list;
pub mod update;

use cairn_core::jobs::Sender;
use cairn_http::{Operation, Shape};
use serde_json::{Value, json};

/// Their list.
pub const OPERATIONS: &[Operation] = &[list::OPERATION, update::OPERATION, delete::OPERATION];

/// A sender.
const SENDER: Shape = Shape {
    name: "Sender",
    description: "A principal that may send messages to the queue `jobs`, and the user it acts as.",
    schema: r#"{"type": "object", "required": ["user"], "properties": {
        "id": {"type": "string"}, "user": {"type": "string"}
    }}"#,
    example: r#"{"user": "3"}"#,
};

fn shown(sender: &Sender) -> Value {
    json!({"id": sender.id, "user": sender.user})
}
