//! Operations on grants: all of a record's, those to users, and those to groups.

pub mod create;
pub mod delete;
pub mod list;
pub mod read;
pub mod replace;
pub mod update;

use cairn_core::{App, access::Of};
use cairn_http::{Call, Operation, Shape};
use cairn_model::{Result, UserId, fields::sharing::Grant};
use serde_json::{Value, json};

use crate::present;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    list::OPERATION,
    create::OPERATION,
    read::OPERATION,
    replace::OPERATION,
    update::OPERATION,
    delete::OPERATION,
    list::USERS,
    read::USER,
    update::USER,
    delete::USER,
    list::GROUPS,
    read::GROUP,
    update::GROUP,
    delete::GROUP,
];

/// A grant.
const GRANT: Shape = Shape {
    name: "Grant",
    description: "Somebody may do something to all versions of a record.",
    schema: r#"{"type": "object", "required": ["permission", "subject"], "properties": {
        "permission": {"enum": ["view", "preview", "edit", "manage"]},
        "subject": {"type": "object", "required": ["id", "type"], "properties": {
            "id": {"type": "string"}, "type": {"enum": ["user", "role", "system_role"]}
        }},
        "origin": {"type": ["string", "null"]},
        "message": {"type": "string"}, "notify": {"type": "boolean"}
    }}"#,
    example: r#"{"permission": "view", "subject": {"id": "3", "type": "user"}}"#,
};

/// Grants, as they are sent.
const GRANTS: Shape = Shape {
    name: "Grants",
    description: "Between 1 and 100 grants: all are made, or none.",
    schema: r#"{"type": "object", "required": ["grants"], "properties": {"grants": {"type": "array", "items": {"type": "object"}}}}"#,
    example: r#"{"grants": [{"permission": "view", "subject": {"id": "3", "type": "user"}}]}"#,
};

/// The grant that a path names: by its place, by the user or by the group.
fn which(call: &Call) -> Of<'_> {
    match (call.param("user"), call.param("group")) {
        ("", "") => Of::Place(call.param("grant")),
        ("", group) => Of::Role(group),
        (user, _) => Of::User(user),
    }
}

/// A grant; with `expand` also whom it is for.
async fn shown(app: &App, call: &Call, grant: Grant, expand: bool) -> Result<Value> {
    let mut shown = json!(grant);
    if expand {
        shown["expanded"] = json!({"subject": subject(app, call, &grant).await?});
    }
    Ok(shown)
}

/// Whom a grant is for, as far as the caller may see them. `InvenioRDM`: records reference §3.6.
async fn subject(app: &App, call: &Call, grant: &Grant) -> Result<Value> {
    const TOLD: [&str; 7] = ["id", "links", "is_current_user", "email", "identities", "username", "profile"];
    let id = &grant.subject.id;
    if grant.subject.kind != "user" {
        return Ok(json!({"id": id, "name": id}));
    }
    let user = match app.users.read(&call.identity, &UserId(id.clone())).await {
        Ok(user) => present::user(call, user),
        Err(cairn_model::Error::NotFound(_)) => return Ok(json!({"id": id})),
        Err(error) => return Err(error),
    };
    let told = TOLD.into_iter().filter_map(|key| Some((key.to_owned(), user.get(key)?.clone())));
    Ok(Value::Object(told.collect()))
}

/// A list of grants in InvenioRDM's envelope.
async fn listed(app: &App, call: &Call, grants: Vec<(Value, Grant)>, expand: bool) -> Result<Value> {
    let mut hits = Vec::with_capacity(grants.len());
    for (id, grant) in grants {
        let mut hit = shown(app, call, grant, expand).await?;
        hit["id"] = id;
        hits.push(hit);
    }
    Ok(json!({"hits": {"total": hits.len(), "hits": hits}}))
}
