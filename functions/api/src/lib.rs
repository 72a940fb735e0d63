//! The HTTP operations: one file each, listed by service.

pub mod meta;

use cairn_http::Operation;

/// The operations of each service.
static SERVICES: &[&[Operation]] = &[meta::OPERATIONS];

/// Every operation.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    SERVICES.iter().copied().flatten()
}

/// The operation of a name, `service.verb`.
pub fn find(name: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.name == name)
}
