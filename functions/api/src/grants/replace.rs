//! `PUT /api/records/{id}/access/grants/{grant}`

use cairn_http::{Operation, operation::put};

use super::update;

/// Replaces a grant.
pub const OPERATION: Operation = Operation {
    name: "grants.replace",
    summary: "Replace a grant",
    route: put("/api/records/{id}/access/grants/{grant}"),
    handle: |app, call| Box::pin(update::update(app, call, true)),
    ..update::OPERATION
};
