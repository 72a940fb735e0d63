//! `GET /api/openapi.json`

use cairn_http::{Operation, Reply, Runtime, Shape, openapi, operation::get};
use http::StatusCode;

/// Describes the API in OpenAPI 3.1, from the same table that routes requests.
pub const OPERATION: Operation = Operation {
    name: "meta.document",
    summary: "Describe the API",
    route: get("/api/openapi.json"),
    runtime: Runtime::STATIC,
    media: &[],
    replies: &[(200, Shape::object("OpenAPI", "The OpenAPI 3.1 document of this API."))],
    handle: |_, call| {
        Box::pin(async { Ok(Reply::json(StatusCode::OK, openapi::document(crate::all(), &call.site_url))) })
    },
    ..Operation::DEFAULT
};
