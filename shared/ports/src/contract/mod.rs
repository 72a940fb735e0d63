//! Contract suites: what every adapter of a port must do. An adapter is right if its suite passes, and only then.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a suite is test code: it fails by panicking"
)]

mod store;

pub use store::{OTHERS, THINGS, store};
