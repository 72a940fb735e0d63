//! `GET /api/ping`, `GET /ping`

use cairn_http::{Content, Operation, Reply, Runtime, Shape, operation::get};
use http::StatusCode;

/// What InvenioRDM says it is.
const HTML: &str = "text/html; charset=utf-8";

/// Says `OK`, whoever asks.
pub const OPERATION: Operation = Operation {
    name: "meta.ping",
    summary: "Say that the API answers",
    route: get("/api/ping"),
    runtime: Runtime::STATIC,
    media: &[],
    replies: &[(200, Shape::nothing("The text `OK`."))],
    handle: |_, _| Box::pin(async { Ok(Reply::of(StatusCode::OK, HTML, Content::Text("OK".into()))) }),
    ..Operation::DEFAULT
};

/// Says `OK`, whoever asks.
pub const SITE: Operation = Operation {
    name: "meta.ping_site",
    summary: "Say that the site answers",
    route: get("/ping"),
    ..OPERATION
};
