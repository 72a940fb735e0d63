//! Counting: what a change does to the set's counters, and what it means where they are full.

use cairn_model::{
    Error,
    files::{Entry, Totals},
    record::CHANGES,
};
use cairn_ports::{Count, StoreError, Work, store::Conflict};

use super::{Files, Opened, Quota};
use crate::framework::Attempt;

/// The counter of files.
const COUNT: &str = "count";
/// The counter of bytes.
const BYTES: &str = "bytes";
/// The counter of files that are still to come.
const PENDING: &str = "pending";
/// The counter that says that the set was published.
const LOCKED: &str = "locked";

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

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Files {
    /// What the files of a set may come to.
    pub(super) fn quota(&self) -> Quota {
        self.shared.settings.quota
    }

    /// Adds to `work` what it does to the counters. The first change of a layer begins with what lies below counts.
    pub(super) fn count(&self, work: &mut Work, opened: &Opened, delta: Delta) {
        let quota = self.quota();
        let below = if opened.head.is_none() { opened.totals } else { Totals::default() };
        // What gives back is never refused, even where there was too much.
        let limit = |by: i64, max: u64| if by > 0 { max } else { u64::MAX };
        let counts = vec![
            Count::new(COUNT, delta.files + signed(below.count), limit(delta.files, quota.files)),
            Count::new(BYTES, delta.bytes + signed(below.bytes), limit(delta.bytes, quota.bytes)),
            Count::new(PENDING, delta.pending, u64::MAX),
            Count::new(LOCKED, 0, 0),
            // Two that begin a layer at once would count twice what lies below.
            Count::new(CHANGES, 1, if opened.head.is_none() { 1 } else { u64::MAX }),
        ];
        work.count_all(opened.head_key(), counts);
    }

    /// Commits a change of a set, and says what a full counter means.
    pub(super) async fn commit_change(&self, work: Work, opened: &Opened) -> Result<(), Attempt> {
        let head = opened.head_key();
        match self.shared.ports.store.commit(&work).await {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict(conflicts)) => {
                let full = conflicts.iter().find_map(|conflict| match conflict {
                    Conflict::Counter { key, counter } if *key == head => Some(counter.as_str()),
                    _ => None,
                });
                Err(full.and_then(refusal).map_or(Attempt::Again, Attempt::Failed))
            }
            Err(error) => Err(Attempt::Failed(error.into())),
        }
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
