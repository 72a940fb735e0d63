//! Operations on groups.

pub mod read;
pub mod search;

use cairn_http::{Call, Operation};
use serde_json::{Value, json};

/// Their list.
pub const OPERATIONS: &[Operation] = &[search::OPERATION, read::OPERATION];

/// A group as it is shown.
fn shown(call: &Call, name: &str) -> Value {
    let this = format!("{}/api/groups/{name}", call.site_url);
    json!({
        "id": name,
        "links": {"self": this, "avatar": format!("{this}/avatar.svg")},
        "name": name,
        "description": null,
        "is_managed": true,
    })
}
