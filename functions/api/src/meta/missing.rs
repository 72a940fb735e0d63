//! Whatever no other operation answers.

use cairn_http::{Operation, Runtime, errors, operation::everything_else};
use cairn_model::Error;

/// Says that there is nothing at this path.
pub const OPERATION: Operation = Operation {
    name: "meta.missing",
    summary: "Say that a path does not exist",
    route: everything_else(),
    runtime: Runtime::STATIC,
    media: &[],
    handle: |_, _| Box::pin(async { Err(Error::NotFound(errors::NO_SUCH_PATH.into())) }),
    ..Operation::DEFAULT
};
