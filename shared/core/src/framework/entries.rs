//! Entries that records refer to: read together in one trip, kept for a moment.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use cairn_model::{Error, Result, Revision, Table, Timestamp, relation::Reference};
use cairn_ports::{Item, Key};
use futures::future::try_join_all;
use serde_json::Value;

use super::shared::Shared;

/// How long an entry may be used without looking again, in seconds (design: caches never decide access).
pub const FRESH_SECONDS: u32 = 5;
/// How long a cache may need to be told of what was written, in seconds: no request that began before takes longer.
const NOTED_SECONDS: i64 = 60;
/// Most items of one `batch_get`.
const BATCH: usize = 100;
/// Entries kept at most; beyond that the cache starts afresh.
const CAPACITY: usize = 10_000;

/// Place of an entry within its partition.
pub const SORT: &str = "entry";

/// The id under which an entry is stored and indexed.
pub fn full_id(target: &str, id: &str) -> String {
    format!("{target}#{id}")
}

/// An entry as it was read.
struct Kept {
    read: Timestamp,
    revision: Revision,
    entry: Arc<Value>,
}

/// Entries read a moment ago.
pub struct EntryCache {
    table: Table,
    disabled: AtomicBool,
    kept: RwLock<HashMap<Reference, Kept>>,
    written: Arc<Written>,
}

/// Which entries this process has written: what any cache in it read before is not used again. Caches know no more than
/// that of each other, as every operation reads with permissions of its own.
#[derive(Default)]
pub struct Written(RwLock<HashMap<Reference, (Timestamp, Revision)>>);

impl Written {
    /// An entry was written, or deleted, at this revision.
    pub fn note(&self, reference: Reference, revision: Revision, now: Timestamp) {
        let mut written = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if written.len() >= CAPACITY {
            written.retain(|_, (then, _)| now.seconds() - then.seconds() < NOTED_SECONDS);
        }
        let known = written.entry(reference).or_insert((now, revision));
        *known = (now, revision.max(known.1));
    }

    fn is_newer(&self, reference: &Reference, revision: Revision) -> bool {
        let written = self.0.read().unwrap_or_else(PoisonError::into_inner);
        written.get(reference).is_some_and(|(_, newest)| *newest > revision)
    }
}

impl EntryCache {
    /// An empty cache over the table of entries, which uses nothing that was written since.
    pub fn new(table: Table, written: Arc<Written>) -> Self {
        Self { table, disabled: AtomicBool::new(false), kept: RwLock::default(), written }
    }

    /// Says that an entry was written.
    pub fn wrote(&self, reference: Reference, revision: Revision, now: Timestamp) {
        self.written.note(reference, revision, now);
    }

    /// From now on every entry is read from the store.
    pub fn disable(&self) {
        self.disabled.store(true, Ordering::Relaxed);
    }

    fn fresh(&self, reference: &Reference, now: Timestamp) -> Option<Arc<Value>> {
        if self.disabled.load(Ordering::Relaxed) {
            return None;
        }
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let Kept { read, revision, entry } = kept.get(reference)?;
        let is_fresh = now.seconds() - read.seconds() < i64::from(FRESH_SECONDS);
        (is_fresh && !self.written.is_newer(reference, *revision)).then(|| entry.clone())
    }

    fn keep(&self, reference: Reference, read: Kept) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= CAPACITY {
            kept.clear();
        }
        kept.insert(reference, read);
    }
}

/// The entries that some records refer to.
#[derive(Default)]
pub struct Entries(HashMap<Reference, Arc<Value>>);

impl Entries {
    /// An entry, if it exists.
    pub fn get(&self, target: &'static str, id: &str) -> Option<&Value> {
        self.0.get(&Reference { target, id: id.to_owned() }).map(AsRef::as_ref)
    }

    /// All of `references` exist.
    ///
    /// # Errors
    /// [`Error::BadRequest`] naming the first that does not: InvenioRDM refuses the whole request.
    pub fn require(&self, references: &[Reference]) -> Result<()> {
        match references.iter().find(|reference| !self.0.contains_key(reference)) {
            Some(missing) => Err(Error::BadRequest(format!("Invalid value {}.", missing.id))),
            None => Ok(()),
        }
    }
}

impl Shared {
    /// Reads entries and, in the same trip, other items; the items come back in the order of `keys`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn entries_and(
        &self,
        references: &[Reference],
        keys: Vec<Key>,
    ) -> Result<(Entries, Vec<Option<Item>>)> {
        let now = self.now();
        let mut entries = Entries::default();
        let mut missing: Vec<Reference> = Vec::new();
        for reference in references {
            match self.cache.fresh(reference, now) {
                Some(entry) => {
                    entries.0.insert(reference.clone(), entry);
                }
                None if !missing.contains(reference) => missing.push(reference.clone()),
                None => {}
            }
        }
        let count = keys.len();
        let mut wanted = keys;
        wanted.extend(
            missing
                .iter()
                .map(|reference| Key::new(self.cache.table, full_id(reference.target, &reference.id), SORT)),
        );
        let chunks = try_join_all(wanted.chunks(BATCH).map(|keys| self.ports.store.batch_get(keys))).await?;
        let mut items: Vec<Option<Item>> = chunks.into_iter().flatten().collect();
        for (reference, item) in missing.into_iter().zip(items.split_off(count)) {
            let Some(item) = item.filter(|item| item.body.get("deleted").is_none()) else { continue };
            let (revision, entry) = (item.revision, Arc::new(item.body));
            self.cache.keep(reference.clone(), Kept { read: now, revision, entry: entry.clone() });
            entries.0.insert(reference, entry);
        }
        Ok((entries, items))
    }
}
