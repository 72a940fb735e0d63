//! `GET /robots.txt`

use cairn_http::{Operation, Reply, Runtime, Shape, operation::get};
use http::StatusCode;

/// As InvenioRDM asks of them.
const RULES: &str = "User-agent: *
Disallow: /search
Disallow: /api
Disallow: /administration
Disallow: /account
Disallow: /uploads
Disallow: /me
Disallow: /login
Disallow: /logout
Disallow: /records/*/preview
Crawl-delay: 10
";

/// Asks crawlers to read records and their files, and to leave searches and the API alone (RFC 9309).
pub const OPERATION: Operation = Operation {
    name: "meta.robots",
    summary: "Say what crawlers may read",
    route: get("/robots.txt"),
    runtime: Runtime::STATIC,
    media: &[],
    replies: &[(200, Shape::nothing("Rules in plain text."))],
    handle: |_, _| Box::pin(async { Ok(Reply::text(StatusCode::OK, RULES)) }),
    ..Operation::DEFAULT
};
