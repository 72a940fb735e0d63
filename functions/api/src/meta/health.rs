//! `GET /healthz`

use cairn_http::{Operation, Reply, Runtime, Shape, operation::get};
use http::StatusCode;

/// Says `OK` once the repository serves requests; until then the gateway answers 503.
pub const OPERATION: Operation = Operation {
    name: "meta.health",
    summary: "Say that the repository is ready",
    route: get("/healthz"),
    runtime: Runtime::STATIC,
    media: &[],
    replies: &[(200, Shape::nothing("The text `OK`."))],
    handle: |_, _| Box::pin(async { Ok(Reply::text(StatusCode::OK, "OK")) }),
    ..Operation::DEFAULT
};
