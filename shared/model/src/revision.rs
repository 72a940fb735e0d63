//! Revision numbers: how optimistic concurrency names a state of an entity.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The number of a stored state of one entity. It grows with every commit and never shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision of an entity's first stored state.
    pub const FIRST: Self = Self(1);

    /// What stands for a revision where something has none: its instant, in microseconds.
    pub fn at(time: Timestamp) -> Self {
        Self(u64::try_from(time.micros()).unwrap_or(0))
    }

    /// The revision after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}
