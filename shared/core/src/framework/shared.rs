//! What all services of one application share: ports, settings, caches.

use cairn_model::{Event, Identity, Revision, Table, Timestamp};
use cairn_ports::{Ports, Work};
use serde_json::Value;

use crate::{
    app::Settings,
    framework::{entries::EntryCache, schemas::Schemas},
};

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
    pub fn new(ports: Ports, settings: Settings, entries: Table) -> Self {
        Self { ports, settings, cache: EntryCache::new(entries), schemas: Schemas::default() }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// An empty unit of work with a fresh id.
    pub fn work(&self) -> Work {
        Work::new(self.ports.ids.ulid(self.now()))
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
            revision,
            data,
        }
    }
}
