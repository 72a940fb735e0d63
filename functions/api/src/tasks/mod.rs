//! Operations on tasks: what jobs can do.

pub mod args;
pub mod list;

use cairn_core::jobs::Task;
use cairn_http::Operation;
use serde_json::{Map, Value, json};

/// Their list.
pub const OPERATIONS: &[Operation] = &[list::OPERATION, args::OPERATION];

/// The arguments of a task, each as `shown` shows it.
fn arguments(task: &Task, shown: impl Fn(&str, &Value) -> Value) -> Map<String, Value> {
    let schema: Value = serde_json::from_str(task.parameters).unwrap_or_default();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    properties.into_iter().map(|(name, of)| (name.clone(), shown(&name, &of))).collect()
}

/// A task as it is listed.
fn shown(task: &Task) -> Value {
    let parameters =
        arguments(task, |name, of| json!({"name": name, "default": of["default"], "kind": "KEYWORD_ONLY"}));
    json!({"name": task.name, "description": task.description, "title": task.title, "parameters": parameters})
}
