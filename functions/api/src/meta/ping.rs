//! `GET /api/ping`

use cairn_http::{Operation, Reply, Runtime, Shape, operation::get};
use http::StatusCode;

/// Says `OK`, whoever asks.
pub const OPERATION: Operation = Operation {
    name: "meta.ping",
    summary: "Say that the API answers",
    route: get("/api/ping"),
    runtime: Runtime::STATIC,
    media: &[],
    replies: &[(200, Shape::nothing("The text `OK`."))],
    handle: |_, _| Box::pin(async { Ok(Reply::text(StatusCode::OK, "OK")) }),
    ..Operation::DEFAULT
};
