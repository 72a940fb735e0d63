//! The unit of work: everything one operation changes, as one value, committed once.

use cairn_model::{Event, Revision};

use crate::store::{Item, Key};

/// What a write expects to find. There is no blind put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Nothing is stored under the key.
    Absent,
    /// The stored item has exactly this revision.
    At(Revision),
    /// Something is stored under the key, whatever its revision.
    Exists,
    /// Nothing is expected: only for deletes that may come twice (outbox rows, swept items).
    Any,
}

impl Expect {
    /// What is expected of an item that was read at `before` (`None`: there was none), and the revision that follows it.
    #[must_use]
    pub fn after(before: Option<Revision>) -> (Self, Revision) {
        match before {
            Some(revision) => (Self::At(revision), revision.next()),
            None => (Self::Absent, Revision::FIRST),
        }
    }
}

/// One change of one item.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Store `item` (its `revision` is the new one) if `expect` holds for what is stored.
    Put {
        /// The new state.
        item: Item,
        /// What must be stored now. [`Expect::Any`] is refused.
        expect: Expect,
    },
    /// Remove the item if `expect` holds.
    Delete {
        /// Which item.
        key: Key,
        /// What must be stored now.
        expect: Expect,
    },
    /// Change nothing, but let the work fail unless `expect` holds.
    Check {
        /// Which item.
        key: Key,
        /// What must be stored now.
        expect: Expect,
    },
    /// Add to counters of the item, made with revision 1 and an empty body if absent.
    /// Fails ([`Conflict::Counter`](crate::store::Conflict)) where any sum would be below 0 or above its `max`.
    Count {
        /// Which item. No other change of the same work may name it.
        key: Key,
        /// What to add to which, each counter once.
        counts: Vec<Count>,
    },
}

/// What is added to one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Name of the counter within the item.
    pub counter: String,
    /// How much to add; negative gives back.
    pub by: i64,
    /// The highest sum allowed.
    pub max: u64,
}

impl Count {
    /// `by` more of `counter`, up to `max`.
    pub fn new(counter: &str, by: i64, max: u64) -> Self {
        Self { counter: counter.to_owned(), by, max }
    }

    /// Whether a counter that stands at `sum` may be changed so.
    pub fn fits(&self, sum: u64) -> bool {
        sum.checked_add_signed(self.by).is_some_and(|sum| sum <= self.max)
    }
}

impl Change {
    /// The item that is changed or checked.
    pub fn key(&self) -> &Key {
        match self {
            Self::Put { item, .. } => &item.key,
            Self::Delete { key, .. } | Self::Check { key, .. } | Self::Count { key, .. } => key,
        }
    }
}

/// All changes and events of one operation: stored together or not at all.
///
/// At most 100 changes and events, 4 MB in all, each key once (limits of DynamoDB's `TransactWriteItems`).
/// `id` is the client request token: committing the same work again within 10 minutes changes nothing.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a unit of work changes nothing until it is committed"]
pub struct Work {
    /// A ULID; makes a retry safe.
    pub id: String,
    /// What changes, in the order it was said.
    pub changes: Vec<Change>,
    /// What becomes true with it; goes into the outbox in the same transaction.
    pub events: Vec<Event>,
}

impl Work {
    /// An empty unit of work. `id` is a fresh ULID.
    pub fn new(id: String) -> Self {
        Self { id, changes: Vec::new(), events: Vec::new() }
    }

    /// Stores an item.
    pub fn put(&mut self, item: Item, expect: Expect) -> &mut Self {
        self.changes.push(Change::Put { item, expect });
        self
    }

    /// Removes an item.
    pub fn delete(&mut self, key: Key, expect: Expect) -> &mut Self {
        self.changes.push(Change::Delete { key, expect });
        self
    }

    /// Lets the work fail unless `expect` holds.
    pub fn check(&mut self, key: Key, expect: Expect) -> &mut Self {
        self.changes.push(Change::Check { key, expect });
        self
    }

    /// Adds to a bounded counter.
    pub fn count(&mut self, key: Key, counter: &str, by: i64, max: u64) -> &mut Self {
        self.count_all(key, vec![Count::new(counter, by, max)])
    }

    /// Adds to several bounded counters of an item at once.
    pub fn count_all(&mut self, key: Key, counts: Vec<Count>) -> &mut Self {
        self.changes.push(Change::Count { key, counts });
        self
    }

    /// Tells what becomes true.
    pub fn emit(&mut self, event: Event) -> &mut Self {
        self.events.push(event);
        self
    }

    /// Takes everything of `other` into this work, so that both commit together.
    pub fn join(&mut self, other: Self) -> &mut Self {
        self.changes.extend(other.changes);
        self.events.extend(other.events);
        self
    }

    /// Nothing would change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.events.is_empty()
    }
}
