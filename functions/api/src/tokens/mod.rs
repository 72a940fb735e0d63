//! Operations on personal access tokens.

pub mod create;
pub mod delete;
pub mod list;

use cairn_core::users::Token;
use cairn_http::{Call, Operation};
use cairn_model::UserId;
use serde_json::{Value, json};

/// Their list.
pub const OPERATIONS: &[Operation] = &[list::OPERATION, create::OPERATION, delete::OPERATION];

/// The user in the path.
fn user(call: &Call) -> UserId {
    UserId(call.param("id").to_owned())
}

/// A token without its secret.
fn shown(call: &Call, user: &UserId, token: &Token) -> Value {
    let this = format!("{}/api/users/{user}/tokens/{}", call.site_url, token.id);
    json!({"id": token.id, "name": token.name, "created": token.created, "links": {"self": this}})
}
