//! Entries that records refer to: read together in one trip, kept for a moment.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use cairn_model::{Error, Result, Table, Timestamp, relation::Reference};
use cairn_ports::{Item, Key};
use futures::future::try_join_all;
use serde_json::Value;

use super::shared::Shared;

/// How long an entry may be used without looking again, in seconds (design: caches never decide access).
pub const FRESH_SECONDS: u32 = 5;
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

/// Entries read a moment ago.
pub struct EntryCache {
    table: Table,
    disabled: AtomicBool,
    kept: RwLock<HashMap<Reference, (Timestamp, Arc<Value>)>>,
}

impl EntryCache {
    /// An empty cache over the table of entries.
    pub fn new(table: Table) -> Self {
        Self { table, disabled: AtomicBool::new(false), kept: RwLock::default() }
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
        let (read, entry) = kept.get(reference)?;
        (now.seconds() - read.seconds() < i64::from(FRESH_SECONDS)).then(|| entry.clone())
    }

    fn keep(&self, reference: Reference, entry: Arc<Value>, now: Timestamp) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= CAPACITY {
            kept.clear();
        }
        kept.insert(reference, (now, entry));
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
            let entry = Arc::new(item.body);
            self.cache.keep(reference.clone(), entry.clone(), now);
            entries.0.insert(reference, entry);
        }
        Ok((entries, items))
    }
}
