//! `GET /schemas/{path+}`

use cairn_http::{Call, Content, Operation, Reply, Runtime, Shape, operation::get, shapes::MISSING};
use cairn_model::{Error, Result, kinds::KINDS};
use http::StatusCode;

/// Serves the JSON Schema of what is stored, by its id.
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
    let kind = KINDS
        .iter()
        .find(|kind| kind.schema.id == wanted)
        .ok_or_else(|| Error::NotFound(format!("there is no schema `{wanted}`")))?;
    Ok(Reply::of(StatusCode::OK, "application/schema+json", Content::Text(kind.schema.text.to_owned())))
}
