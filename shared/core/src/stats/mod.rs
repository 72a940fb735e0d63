//! Usage statistics: views and downloads, counted once, by COUNTER's rules (ADR 0009).

mod agents;
mod count;
mod hit;
mod page;
mod query;
mod raw;
mod recount;
mod refresh;
mod salt;
mod visitor;

use std::sync::Arc;

use cairn_model::{fields::stats::total, kinds::STATS};
use cairn_ports::Key;

use crate::framework::{Kinds, Shared};

pub use page::PageToken;
pub use query::Openness;
pub use raw::USAGE;
pub(crate) use recount::{Progress, Recounted};
pub use visitor::Visitor;

/// The service of the statistics of one kind.
pub struct Stats {
    shared: Arc<Shared>,
    kinds: Kinds,
    salts: salt::Salts,
}

impl Stats {
    /// The service of `kinds`.
    pub fn new(shared: Arc<Shared>, kinds: Kinds) -> Self {
        Self { shared, kinds, salts: salt::Salts::default() }
    }
}

/// Where all usage of a record is counted, or of all versions of a parent.
fn total_key(id: &str) -> Key {
    Key::new(STATS, total(id), cairn_model::fields::stats::TOTAL)
}

/// The partition with what is counted of a record or parent, day by day.
fn days(id: &str) -> String {
    format!("days#{id}")
}
