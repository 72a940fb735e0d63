//! Contract suites: what every adapter of a port must do. An adapter is right if its suite passes, and only then.

#![expect(clippy::unwrap_used, reason = "a suite is test code: it fails by panicking")]
#![cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "cases share the words of their suite"))]

mod objects;
mod queue;
mod search;
mod store;

pub use objects::{Answered, Ask, Asked, Storage, objects};
pub use queue::{CONTRACT_QUEUES, queues};
pub use search::{DRAFTS, RECORDS, search_index, search_index_of_one_moment};
pub use store::{OTHERS, THINGS, store};
