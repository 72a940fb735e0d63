//! Counting: what a change does to the set's counters, and what it means where they are full.

use cairn_model::{
    Error,
    files::{BYTES, COUNT, Entry, LOCKED, PENDING, QUOTA, Totals},
    record::CHANGES,
};
use cairn_ports::{Count, StoreError, Work, store::Conflict};

use super::{Files, Opened};
use crate::framework::Attempt;

/// What a change adds to the counters of a set.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Delta {
    /// Files.
    pub(super) files: i64,
    /// Bytes.
    pub(super) bytes: i64,
    /// Files that are still to come.
    pub(super) pending: i64,
}

impl Delta {
    /// What files count.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let bytes = entries.iter().map(|entry| entry.reserved).sum();
        let pending = entries.iter().filter(|entry| !entry.is_complete()).count() as u64;
        Self { files: signed(entries.len() as u64), bytes: signed(bytes), pending: signed(pending) }
    }

    /// The same, given back.
    pub(super) fn back(self) -> Self {
        Self { files: -self.files, bytes: -self.bytes, pending: -self.pending }
    }
}

/// What the counters of a set may come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    files: u64,
    bytes: u64,
    changes: u64,
}

impl Most {
    /// Nothing is refused.
    pub(super) const ANY: Self = Self { files: u64::MAX, bytes: u64::MAX, changes: u64::MAX };
}

/// What a change does to the counters of a set that was not published.
pub(super) fn counts(delta: Delta, most: Most) -> Vec<Count> {
    vec![
        Count::new(COUNT, delta.files, most.files),
        Count::new(BYTES, delta.bytes, most.bytes),
        Count::new(PENDING, delta.pending, u64::MAX),
        Count::new(LOCKED, 0, 0),
        Count::new(CHANGES, 1, most.changes),
    ]
}

/// A number that may be taken off.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Files {
    /// Commits a change of a set, and says what a full counter means.
    pub(super) async fn commit_change(&self, work: Work, opened: &Opened) -> Result<(), Attempt> {
        let head = opened.head_key();
        match self.shared.ports.store.commit(&work).await {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict(conflicts)) => {
                // Where a file is not as it was read either, the counters say nothing yet.
                let full = match conflicts.as_slice() {
                    [Conflict::Counter { key, counter }] if *key == head => Some(counter.as_str()),
                    _ => None,
                };
                Err(full.and_then(refusal).map_or(Attempt::Again, Attempt::Failed))
            }
            Err(error) => Err(Attempt::Failed(error.into())),
        }
    }
}

impl Opened {
    /// Adds to `work` what it does to the counters. The first change of a layer begins with what lies below counts.
    pub(super) fn count(&self, work: &mut Work, delta: Delta) {
        // Whoever read another quota than there is now looks again, before what is full is told. What gives back may.
        let gives_back = delta.files < 0 || delta.bytes < 0;
        let number = if gives_back { u64::MAX } else { self.bounds.number };
        self.count_with(work, delta, vec![Count::new(QUOTA, 0, number)]);
    }

    /// The same, after these counters.
    pub(super) fn count_with(&self, work: &mut Work, delta: Delta, first: Vec<Count>) {
        let quota = self.bounds.quota;
        let below = if self.head.is_none() { self.totals } else { Totals::default() };
        // What gives back is never refused, even where there was too much.
        let limit = |by: i64, max: u64| if by > 0 { max } else { u64::MAX };
        let whole = Delta {
            files: delta.files + signed(below.count),
            bytes: delta.bytes + signed(below.bytes),
            ..delta
        };
        let most = Most {
            files: limit(delta.files, quota.files),
            bytes: limit(delta.bytes, quota.bytes),
            // Two that begin a layer at once would count twice what lies below.
            changes: if self.head.is_none() { 1 } else { u64::MAX },
        };
        let all = first.into_iter().chain(counts(whole, most)).collect();
        work.count_all(self.head_key(), all);
    }
}

/// What callers are told of a counter that is full; nothing where it only says that somebody was faster.
fn refusal(counter: &str) -> Option<Error> {
    match counter {
        COUNT => Some(too_many()),
        BYTES => Some(Error::BadRequest("Bucket quota exceeded.".into())),
        _ => None,
    }
}

/// There would be too many files.
pub(super) fn too_many() -> Error {
    Error::BadRequest("Uploading selected files will result in exceeding the max amount per record.".into())
}
