//! Published records: read, listed by version and revision, searched.

mod delete;
mod entries;
mod identified;
mod read;
mod revisions;
mod search;

use std::sync::Arc;

use crate::framework::{Kinds, Shared};

pub use read::Found;
pub(crate) use read::present;

/// The service of published records of one kind.
pub struct Records {
    shared: Arc<Shared>,
    kinds: Kinds,
}

impl Records {
    /// The service of `kinds`.
    pub fn new(shared: Arc<Shared>, kinds: Kinds) -> Self {
        Self { shared, kinds }
    }
}
