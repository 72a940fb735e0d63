//! What all services of one application share: ports, settings, caches.

use std::sync::Arc;

use cairn_model::{Event, Identity, Record, Result, Revision, Table, Timestamp, kind::Kind};
use cairn_ports::{Item, Key, Ports, StoreError, Work};
use serde_json::Value;

use crate::{
    app::Settings,
    audit::is_kept,
    framework::{
        entries::{EntryCache, Written},
        schemas::Schemas,
    },
};

/// The counter beside an item that [`Record::touch`] is.
const TOUCH: &str = "touch";

/// Ports, settings and caches, held once and used by every service.
pub struct Shared {
    /// The world outside.
    pub ports: Ports,
    /// The site's settings.
    pub settings: Settings,
    /// Entries that records refer to, read a moment ago.
    pub(crate) cache: EntryCache,
    /// Compiled JSON Schemas.
    pub(crate) schemas: Schemas,
}

impl Shared {
    /// Caches start empty.
    pub fn new(ports: Ports, settings: Settings, entries: Table, written: Arc<Written>) -> Self {
        Self { ports, settings, cache: EntryCache::new(entries, written), schemas: Schemas::default() }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// The record that an item holds, with the touches that are counted beside it.
    ///
    /// # Errors
    /// As [`Record::from_stored`].
    pub fn record(kind: &'static Kind, id: &str, item: Item) -> Result<Record> {
        let touch = item.counters.get(TOUCH).copied().unwrap_or(0);
        Ok(Record { touch, ..Record::from_stored(kind, id, item.revision, item.body)? })
    }

    /// Adds to `work` that something beside `key` changed what the index says of it, `before` touches ago the first time.
    /// Of two who do so at once one has to look again.
    pub fn touch(work: &mut Work, key: Key, before: u64) {
        work.count(key, TOUCH, 1, before + 1);
    }

    /// An empty unit of work with a fresh id.
    pub fn work(&self) -> Work {
        Work::new(self.ports.ids.ulid(self.now()))
    }

    /// An event about what has no revision: its instant stands for one.
    pub fn moment(&self, kind: &str, subject: String, who: &Identity, data: Value) -> Event {
        self.event(kind, subject, who, Revision::at(self.now()), data)
    }

    /// Says what has happened where nothing of the store changes with it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn say(
        &self,
        kind: &str,
        subject: String,
        who: &Identity,
        data: Value,
    ) -> std::result::Result<(), StoreError> {
        let mut work = self.work();
        work.emit(self.moment(kind, subject, who, data));
        self.ports.store.commit(&work).await
    }

    /// An event in its envelope.
    pub fn event(
        &self,
        kind: &str,
        subject: String,
        who: &Identity,
        revision: Revision,
        data: Value,
    ) -> Event {
        let time = self.now();
        Event {
            specversion: cairn_model::event::SpecVersion::V1,
            id: self.ports.ids.ulid(time),
            source: "/api".into(),
            kind: kind.to_owned(),
            subject,
            time,
            actor: who.actor().to_owned(),
            address: who.address().filter(|_| is_kept(kind)).map(ToOwned::to_owned),
            revision,
            data,
        }
    }
}
