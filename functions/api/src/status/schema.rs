//! `GET /schemas/{path+}`

use cairn_core::jobs::MESSAGE_SCHEMA;
use cairn_http::{Call, Content, Operation, Reply, Runtime, Shape, operation::get, shapes::MISSING};
use cairn_model::{Error, Result, kinds::KINDS};
use http::StatusCode;

/// Serves the JSON Schema of what is stored or sent, by its id.
pub const OPERATION: Operation = Operation {
    name: "status.schema",
    summary: "Read a JSON Schema",
    route: get("/schemas/{path+}"),
    replies: &[(200, Shape::object("Schema", "A JSON Schema (2020-12).")), (404, MISSING)],
    runtime: Runtime::STATIC,
    media: &[],
    handle: |_, call| Box::pin(async { schema(call) }),
    ..Operation::DEFAULT
};

fn schema(call: &Call) -> Result<Reply> {
    let wanted = call.param("path");
    let of_kinds = KINDS.iter().map(|kind| (kind.schema.id, kind.schema.text));
    let (_, text) = of_kinds
        .chain([("jobs/message-v1.0.0.json", MESSAGE_SCHEMA)])
        .find(|(id, _)| *id == wanted)
        .ok_or_else(|| Error::NotFound(format!("there is no schema `{wanted}`")))?;
    Ok(Reply::of(StatusCode::OK, "application/schema+json", Content::Text(text.to_owned())))
}
