//! A unit of work as the adapters write it: within the limits, bodies encoded, events turned into outbox rows.

use std::collections::HashSet;

use cairn_model::{Event, Revision, table::OUTBOX};
use flate2::Crc;

use crate::{
    body::Body,
    store::{Item, Key, StoreError},
    work::{Change, Count, Expect, Work},
};

/// Most changes and events of one work (`TransactWriteItems`).
pub const MAX_CHANGES: usize = 100;

/// Most bytes of one work, keys and bodies together (`TransactWriteItems`).
pub const MAX_WORK_BYTES: usize = 4 * 1024 * 1024;

/// Most bytes of one item, key and body together (DynamoDB).
pub const MAX_ITEM_BYTES: usize = 400 * 1024;

/// Most keys of one [`Store::batch_get`](crate::Store::batch_get) (`BatchGetItem`).
pub const MAX_KEYS: usize = 100;

/// Most bytes of a partition key (DynamoDB).
const MAX_PARTITION_BYTES: usize = 2_048;

/// Most bytes of a sort key (DynamoDB).
const MAX_SORT_BYTES: usize = 1_024;

/// Most bytes of a work's id (a client request token).
const MAX_ID_BYTES: usize = 36;

/// Most bytes of a counter's name.
const MAX_COUNTER_BYTES: usize = 200;

/// What an item costs beside its key and body: attribute names, revision, expiry.
const ITEM_OVERHEAD: usize = 100;

/// One write of one item. The whole work fails unless `expect` holds for each.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Store body, revision and expiry; leave counters as they are.
    Put {
        /// Which item.
        key: Key,
        /// Its new revision.
        revision: Revision,
        /// Its new body.
        body: Body,
        /// When it may be forgotten.
        expires: Option<i64>,
        /// What must be stored now; never [`Expect::Any`].
        expect: Expect,
    },
    /// Remove the item.
    Delete {
        /// Which item.
        key: Key,
        /// What must be stored now.
        expect: Expect,
    },
    /// Change nothing.
    Check {
        /// Which item.
        key: Key,
        /// What must be stored now; never [`Expect::Any`].
        expect: Expect,
    },
    /// Add to counters; see [`Change::Count`].
    Count {
        /// Which item.
        key: Key,
        /// What to add to which.
        counts: Vec<Count>,
    },
}

impl Write {
    /// The item that is written or checked.
    pub fn key(&self) -> &Key {
        match self {
            Self::Put { key, .. }
            | Self::Delete { key, .. }
            | Self::Check { key, .. }
            | Self::Count { key, .. } => key,
        }
    }

    fn body(&self) -> &[u8] {
        match self {
            Self::Put { body, .. } => body.bytes(),
            _ => &[],
        }
    }
}

/// A unit of work that is within the limits, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// The client request token.
    pub id: String,
    /// What to write, each key once: changes first, then outbox rows.
    pub writes: Vec<Write>,
}

impl Prepared {
    /// Checks the limits and encodes.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] if the work is outside any limit, or expects nothing where it must.
    pub fn of(work: &Work) -> Result<Self, StoreError> {
        let count = work.changes.len() + work.events.len();
        if count > MAX_CHANGES {
            return Err(too_large(format!(
                "a work has {count} changes and events; {MAX_CHANGES} are allowed"
            )));
        }
        if work.id.is_empty() || work.id.len() > MAX_ID_BYTES {
            return Err(too_large(format!(
                "the id of a work has {} bytes; 1 to {MAX_ID_BYTES} are allowed",
                work.id.len()
            )));
        }
        let mut writes = Vec::with_capacity(count);
        for change in &work.changes {
            writes.push(write(change)?);
        }
        for (number, event) in work.events.iter().enumerate() {
            writes.push(outbox_row(number, event)?);
        }
        check(&writes)?;
        Ok(Self { id: work.id.clone(), writes })
    }

    /// A checksum of all that the work says: two works under one id are a mistake that must not pass as a retry.
    pub fn digest(&self) -> u32 {
        let mut crc = Crc::new();
        for write in &self.writes {
            let said = match write {
                Write::Put { revision, expires, expect, .. } => {
                    format!("put {revision} {expires:?} {expect:?}")
                }
                Write::Delete { expect, .. } => format!("delete {expect:?}"),
                Write::Check { expect, .. } => format!("check {expect:?}"),
                Write::Count { counts, .. } => format!("count {counts:?}"),
            };
            crc.update(format!("{:?} {said}\n", write.key()).as_bytes());
            crc.update(write.body());
        }
        crc.sum()
    }
}

/// Whether an item can be stored under the key: reads of other keys find nothing.
pub fn is_storable(key: &Key) -> bool {
    is_partition(&key.partition) && (1..=MAX_SORT_BYTES).contains(&key.sort.len())
}

/// Whether items can be stored in the partition.
pub fn is_partition(partition: &str) -> bool {
    (1..=MAX_PARTITION_BYTES).contains(&partition.len())
}

/// Checks the keys of a batch read.
///
/// # Errors
/// [`StoreError::TooLarge`] if there are more than 100, or one comes twice.
pub fn check_batch(keys: &[Key]) -> Result<(), StoreError> {
    if keys.len() > MAX_KEYS {
        return Err(too_large(format!("{} keys are read at once; {MAX_KEYS} are allowed", keys.len())));
    }
    once(keys.iter())
}

fn too_large(message: String) -> StoreError {
    StoreError::TooLarge(message)
}

fn once<'keys>(keys: impl Iterator<Item = &'keys Key>) -> Result<(), StoreError> {
    let mut seen = HashSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err(too_large(format!("`{key}` comes twice; each item may be named once")));
        }
    }
    Ok(())
}

fn write(change: &Change) -> Result<Write, StoreError> {
    let write = match change {
        Change::Put { item: Item { key, revision, body, expires, .. }, expect } => Write::Put {
            key: key.clone(),
            revision: *revision,
            body: Body::encode(body)?,
            expires: *expires,
            expect: *expect,
        },
        Change::Delete { key, expect } => Write::Delete { key: key.clone(), expect: *expect },
        Change::Check { key, expect } => Write::Check { key: key.clone(), expect: *expect },
        Change::Count { key, counts } => Write::Count { key: key.clone(), counts: counts.clone() },
    };
    Ok(write)
}

/// The row of one event: partition = subject; sort = revision and number, so that a subject's events keep their
/// order, and the event's id, so that no event ever takes the place of another that still waits.
fn outbox_row(number: usize, event: &Event) -> Result<Write, StoreError> {
    let document = serde_json::to_value(event).map_err(|error| too_large(format!("an event: {error}")))?;
    Ok(Write::Put {
        key: Key::new(OUTBOX, &event.subject, format!("{:020}#{number:03}#{}", event.revision.0, event.id)),
        revision: event.revision,
        body: Body::encode(&document)?,
        expires: None,
        expect: Expect::Absent,
    })
}

fn check(writes: &[Write]) -> Result<(), StoreError> {
    let mut total = 0;
    for write in writes {
        total += check_one(write)?;
    }
    if total > MAX_WORK_BYTES {
        return Err(too_large(format!("a work has {total} bytes; {MAX_WORK_BYTES} are allowed")));
    }
    once(writes.iter().map(Write::key))
}

/// Checks one write and tells its size.
fn check_one(write: &Write) -> Result<usize, StoreError> {
    let key = write.key();
    if !is_storable(key) {
        return Err(too_large(format!("a key of table `{}` is empty or too long", key.table)));
    }
    match write {
        Write::Put { expect: Expect::Any, .. } | Write::Check { expect: Expect::Any, .. } => {
            return Err(too_large(format!("a put or check of `{key}` expects nothing")));
        }
        Write::Put { revision, .. } if i64::try_from(revision.0).is_err() => {
            return Err(too_large(format!("revision {revision} of `{key}` is out of range")));
        }
        Write::Count { counts, .. } => check_counts(key, counts)?,
        _ => {}
    }
    let size = key.partition.len() + key.sort.len() + write.body().len() + ITEM_OVERHEAD;
    if size > MAX_ITEM_BYTES {
        return Err(too_large(format!("an item has {size} bytes; {MAX_ITEM_BYTES} are allowed")));
    }
    Ok(size)
}

fn check_counts(key: &Key, counts: &[Count]) -> Result<(), StoreError> {
    let names: HashSet<&str> = counts.iter().map(|count| count.counter.as_str()).collect();
    if counts.is_empty() || names.len() < counts.len() {
        return Err(too_large(format!("a count of `{key}` names no counter, or one twice")));
    }
    if names.iter().any(|name| !(1..=MAX_COUNTER_BYTES).contains(&name.len())) {
        return Err(too_large(format!("the name of a counter of `{key}` is empty or too long")));
    }
    Ok(())
}
