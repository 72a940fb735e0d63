//! Keeping what events tell: once, and for ever.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Event, Record, Result, UserId, kinds::audit::ENTRY};
use cairn_ports::{Expect, Item, Key, StoreError};
use futures::future::join_all;
use serde_json::json;

use super::{Audit, dump, entry::entries, key};
use crate::users::user_key;

/// Entries that are stored in one transaction. DynamoDB: at most 100 changes.
const TOGETHER: usize = 90;

impl Audit {
    /// Keeps what some events tell, if the log keeps them, and hands it to the index; gives the outcome of each. One that came
    /// before changes nothing.
    pub(crate) async fn keep(&self, events: &[Event]) -> Vec<Result<()>> {
        if self.keep_all(events).await.is_ok() {
            return events.iter().map(|_| Ok(())).collect();
        }
        // One that cannot be kept must not hold up the others.
        join_all(events.iter().map(|event| self.keep_all(std::slice::from_ref(event)))).await
    }

    async fn keep_all(&self, events: &[Event]) -> Result<()> {
        let made: Vec<Vec<Record>> = events.iter().map(entries).collect::<Result<_>>()?;
        // The same event may be in a batch twice.
        let made: BTreeMap<String, Record> =
            made.into_iter().flatten().map(|entry| (entry.id.clone(), entry)).collect();
        let mut made: Vec<Record> = made.into_values().collect();
        if made.is_empty() {
            return Ok(());
        }
        self.name(&mut made).await?;
        made.iter().try_for_each(|entry| self.shared.schemas.check(&ENTRY, &entry.to_stored()))?;
        let search = &self.shared.ports.search;
        for some in made.chunks(TOGETHER) {
            let kept = self.store(some).await?;
            search.write(kept.into_iter().map(dump).collect(), None).await?;
        }
        Ok(())
    }

    /// Says of users what they are called now: it may be something else later.
    async fn name(&self, entries: &mut [Record]) -> Result<()> {
        let id = |entry: &Record| entry.document["user"]["id"].as_str().map(ToOwned::to_owned);
        let ids: BTreeSet<String> = entries.iter().filter_map(id).collect();
        let keys: Vec<Key> = ids.iter().map(|id| user_key(&UserId(id.clone()))).collect();
        let mut users = BTreeMap::new();
        for (ids, keys) in ids.into_iter().collect::<Vec<_>>().chunks(TOGETHER).zip(keys.chunks(TOGETHER)) {
            users.extend(ids.iter().cloned().zip(self.shared.ports.store.batch_get(keys).await?));
        }
        for entry in entries {
            let Some(Some(user)) = id(entry).and_then(|id| users.get(&id)) else { continue };
            for name in ["username", "email"] {
                if let Some(called) = user.body[name].as_str().filter(|called| !called.is_empty()) {
                    entry.document["user"][name] = json!(called);
                }
            }
        }
        Ok(())
    }

    /// Stores entries, and gives them as they are stored.
    async fn store(&self, entries: &[Record]) -> Result<Vec<Record>> {
        match self.put(entries).await {
            Ok(()) => return Ok(entries.to_vec()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
        // Some are there: their events came again.
        let keys: Vec<Key> = entries.iter().map(|entry| key(&entry.id)).collect();
        let found = self.shared.ports.store.batch_get(&keys).await?;
        let missing = entries.iter().zip(&found).filter(|(_, found)| found.is_none());
        let missing: Vec<Record> = missing.map(|(entry, _)| entry.clone()).collect();
        self.put(&missing).await?;
        let kept = |(entry, found): (&Record, Option<Item>)| match found {
            Some(item) => Record::from_stored(&ENTRY, &entry.id, item.revision, item.body),
            None => Ok(entry.clone()),
        };
        entries.iter().zip(found).map(kept).collect()
    }

    async fn put(&self, entries: &[Record]) -> std::result::Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut work = self.shared.work();
        for entry in entries {
            work.put(Item::new(key(&entry.id), entry.revision, entry.to_stored()), Expect::Absent);
        }
        self.shared.ports.store.commit(&work).await
    }
}
