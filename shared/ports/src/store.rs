//! The store port: items by key, conditions, transactions, and the feed of what was committed.
//!
//! It is what DynamoDB gives, and SQLite gives the same. There are no secondary indices.

use std::collections::BTreeMap;

use async_trait::async_trait;
use cairn_model::{Event, Revision, Table, record::Row};
use serde_json::Value;

use crate::work::{Expect, Work};

/// Where an item is: table, partition and place within the partition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The table.
    pub table: Table,
    /// Items of one partition can be read together, in the order of `sort`. Not empty, ≤ 2,048 bytes.
    pub partition: String,
    /// Place within the partition, ordered by bytes. Not empty, ≤ 1,024 bytes.
    pub sort: String,
}

impl Key {
    /// A key from its parts.
    pub fn new(table: Table, partition: impl Into<String>, sort: impl Into<String>) -> Self {
        Self { table, partition: partition.into(), sort: sort.into() }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}/{}", self.table, self.partition, self.sort)
    }
}

/// A stored item.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Where it is.
    pub key: Key,
    /// The revision of this state.
    pub revision: Revision,
    /// The document. Compressed by the adapter above 4 KB; above 300 KB compressed it is refused (too large).
    pub body: Value,
    /// Bounded counters kept beside the body; changed only by [`Work::count`]. A put leaves them as they are.
    pub counters: BTreeMap<String, u64>,
    /// When the item may be forgotten, in seconds since 1970. It may still be read some time after: readers check.
    pub expires: Option<i64>,
}

impl Item {
    /// An item without counters or expiry.
    pub fn new(key: Key, revision: Revision, body: Value) -> Self {
        Self { key, revision, body, counters: BTreeMap::new(), expires: None }
    }
}

impl From<Item> for Row {
    fn from(item: Item) -> Self {
        Self { sort: item.key.sort, body: item.body, counters: item.counters }
    }
}

/// An expectation that did not hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Conflict {
    /// The item is not in the expected state. `found` is its revision now (none: absent).
    Expectation {
        /// Which item.
        key: Key,
        /// What was expected.
        expected: Expect,
        /// What is stored, where the store told.
        found: Option<Revision>,
    },
    /// A counter would leave its bounds.
    Counter {
        /// Which item.
        key: Key,
        /// Which counter.
        counter: String,
    },
    /// Another transaction was changing the same item: nothing was written, try again.
    Busy {
        /// Which item.
        key: Key,
    },
}

impl Conflict {
    /// The item that stood in the way.
    pub fn key(&self) -> &Key {
        match self {
            Self::Expectation { key, .. } | Self::Counter { key, .. } | Self::Busy { key } => key,
        }
    }
}

/// Why the store did not do what was asked. All but [`StoreError::Unknown`] say that nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Expectations that did not hold (at least one; adapters tell all they know).
    #[error("{} expectation(s) did not hold", .0.len())]
    Conflict(Vec<Conflict>),
    /// The work is outside the limits: its size, an item's size, the number of changes, a key twice.
    #[error("{0}")]
    TooLarge(String),
    /// The store does not answer or is throttled; nothing was written.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// The outcome of a commit is not known: committing the same work again is safe and tells.
    #[error("the outcome of the commit is not known: {0}")]
    Unknown(String),
    /// Stored data cannot be read: never ignored.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// A need that the operation did not declare.
    #[error("the operation did not declare the need {0}")]
    Undeclared(String),
}

/// A place in a long answer, opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// Which items of a partition to read.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Only sort keys that begin so. Empty: all.
    pub prefix: String,
    /// Only sort keys after this one (before it, if descending).
    pub after: Option<String>,
    /// At most so many (0: as many as the store gives at once).
    pub limit: usize,
    /// Highest sort key first.
    pub descending: bool,
}

/// Where in a partition a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start<'page> {
    /// At the first item with the prefix (the last, if descending).
    Beginning,
    /// After this sort key, which has the prefix (before it, if descending).
    After(&'page str),
    /// Nothing with the prefix lies after the given sort key.
    End,
}

impl Page {
    /// Where the page begins: `after` need not be a key that exists, nor have the prefix.
    pub fn start(&self) -> Start<'_> {
        match self.after.as_deref() {
            Some("") if self.descending => Start::End,
            None | Some("") => Start::Beginning,
            Some(after) if after.starts_with(&self.prefix) => Start::After(after),
            Some(after) if (after > self.prefix.as_str()) == self.descending => Start::Beginning,
            Some(_) => Start::End,
        }
    }
}

/// A page of items.
#[derive(Debug, Clone, Default)]
pub struct Items {
    /// In order of the sort key.
    pub items: Vec<Item>,
    /// The sort key to go on after, if there may be more.
    pub next: Option<String>,
}

/// A row of the outbox: an event that has not yet been delivered to every subscriber.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// The row's key: partition = subject, sort = revision and number. Delete it (`Expect::Any`) once delivered.
    pub key: Key,
    /// What happened.
    pub event: Event,
}

impl OutboxRow {
    /// The row that an item of the outbox is.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if its body is no event.
    pub fn of(item: Item) -> Result<Self, StoreError> {
        let event = serde_json::from_value(item.body)
            .map_err(|error| StoreError::Damaged(format!("the event `{}`: {error}", item.key)))?;
        Ok(Self { key: item.key, event })
    }
}

/// A piece of the outbox.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Rows; those of one subject in the order of their revisions.
    pub rows: Vec<OutboxRow>,
    /// Where to go on. None: the end of the outbox was reached; start again from the beginning to see newer rows.
    pub next: Option<Cursor>,
}

/// One of `of` equal parts of a table, for parallel scans.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    /// Which part, from 0.
    pub index: u32,
    /// How many parts there are.
    pub of: u32,
}

impl Segment {
    /// All there is.
    pub const WHOLE: Self = Self { index: 0, of: 1 };
}

/// A piece of a scan, in no particular order.
#[derive(Debug, Clone, Default)]
pub struct Scanned {
    /// Items found.
    pub items: Vec<Item>,
    /// Where to go on; none at the end.
    pub next: Option<Cursor>,
}

/// The primary storage. All reads are consistent: they see every commit that was acknowledged before they began.
#[async_trait]
pub trait Store: Send + Sync {
    /// Reads one item.
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError>;

    /// Reads several items in one trip; the answer has the order of `keys`. At most 100 keys, each once.
    async fn batch_get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError>;

    /// Reads items of one partition in the order of their sort keys.
    async fn query(&self, table: Table, partition: &str, page: &Page) -> Result<Items, StoreError>;

    /// Stores all of `work` or none of it, with its events in the outbox. Durable when it returns.
    async fn commit(&self, work: &Work) -> Result<(), StoreError>;

    /// Whether the item names this object as the place of its document. A store that keeps all documents itself does not
    /// know, and says yes: nothing may be removed on its word.
    async fn names_body(&self, _key: &Key, _object: &str) -> Result<bool, StoreError> {
        Ok(true)
    }

    /// Reads events that wait in the outbox, at most `limit`, from the beginning or after a cursor.
    async fn changes(&self, after: Option<&Cursor>, limit: usize) -> Result<Changes, StoreError>;

    /// Reads a part of a table, for jobs and rebuilds.
    async fn scan_segment(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Scanned, StoreError>;

    /// The keys of what [`Store::scan_segment`] reads, for those who read afresh what belongs to them; its cursors are the
    /// same.
    async fn scan_keys(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<(Vec<Key>, Option<Cursor>), StoreError> {
        let Scanned { items, next } = self.scan_segment(table, segment, after, limit).await?;
        Ok((items.into_iter().map(|item| item.key).collect(), next))
    }
}

impl From<StoreError> for cairn_model::Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => {
                Self::Conflict("the resource is being changed by others, please try again".into())
            }
            StoreError::TooLarge(message) => Self::TooLarge(message),
            StoreError::Unavailable(_) | StoreError::Unknown(_) => Self::Unavailable(error.to_string()),
            StoreError::Damaged(message) => Self::Internal(message),
            StoreError::Undeclared(need) => Self::Undeclared(need),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_within_its_prefix() {
        let start = |after: &str, descending| {
            let page = Page { prefix: "m".into(), after: Some(after.into()), limit: 0, descending };
            match page.start() {
                Start::Beginning => "beginning".to_owned(),
                Start::After(after) => after.to_owned(),
                Start::End => "end".to_owned(),
            }
        };
        assert_eq!(
            ["", "a", "m", "m1", "z"].map(|after| start(after, false)),
            ["beginning", "beginning", "m", "m1", "end"]
        );
        assert_eq!(
            ["", "a", "m", "m1", "z"].map(|after| start(after, true)),
            ["end", "end", "m", "m1", "beginning"]
        );
    }
}
