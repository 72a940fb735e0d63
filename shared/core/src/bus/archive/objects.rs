//! Archived events in objects: JSON Lines, compressed, with an item of the store that names each.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write as _},
};

use bytes::Bytes;
use cairn_model::{Error, Result, Revision, kinds::EVENTS, objects::Place};
use cairn_ports::{
    Item, Key,
    objects::{Locations, digest::Digester},
    store::Page,
};
use chrono::NaiveDate;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::objects_of;
use crate::framework::Shared;

/// What keys of objects begin with that hold archived events.
pub const ARCHIVE: &str = "events/";

/// One object of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Archived {
    /// Where it is.
    pub(super) object: Place,
    /// How many events it holds.
    pub(super) events: u64,
    /// Bytes, compressed.
    bytes: u64,
    /// SHA-256 of these, in hexadecimal.
    sha256: String,
}

/// Events as they become an object.
pub(crate) struct Packer {
    encoder: GzEncoder<Vec<u8>>,
    seen: BTreeSet<String>,
    first: String,
    /// Bytes so far, not compressed.
    pub(super) size: usize,
}

impl Packer {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        let encoder = GzEncoder::new(Vec::new(), Compression::default());
        Self { encoder, seen: BTreeSet::new(), first: String::new(), size: 0 }
    }

    /// Takes an event; one of two relays at once only once.
    pub(crate) fn take(&mut self, event: &Value) -> Result<()> {
        let id = event["id"].as_str().unwrap_or_default();
        if self.first.is_empty() {
            id.clone_into(&mut self.first);
        }
        if self.seen.insert(id.to_owned()) {
            let line = format!("{event}\n");
            self.size += line.len();
            self.encoder.write_all(line.as_bytes()).map_err(|error| broken(&error))?;
        }
        Ok(())
    }

    /// Stores the object. Its name says what it holds: whoever stores the same again changes nothing.
    pub(crate) async fn store(self, locations: &Locations, prefix: &str, day: NaiveDate) -> Result<Archived> {
        let packed = self.encoder.finish().map_err(|error| broken(&error))?;
        let sha256 = Digester::of(&packed).sha256.unwrap_or_default();
        let key = format!("{prefix}{}/{}-{}.jsonl.gz", day.format("%Y/%m/%d"), self.first, &sha256[..16]);
        let bytes = packed.len() as u64;
        let stored = locations.home()?.put(&key, Bytes::from(packed)).await?;
        let object = Place { location: locations.default.clone(), key, version: stored.version };
        Ok(Archived { object, events: self.seen.len() as u64, bytes, sha256 })
    }
}

/// The events in an object, one in a line.
pub(crate) fn unpacked(packed: &[u8]) -> impl Iterator<Item = std::io::Result<String>> {
    BufReader::new(GzDecoder::new(packed)).lines()
}

impl Archived {
    /// The item that names it, the `number`th of its day.
    pub(super) fn item(&self, day: NaiveDate, number: u64) -> Result<Item> {
        let body = serde_json::to_value(self).map_err(|error| broken(&error))?;
        Ok(Item::new(Key::new(EVENTS, objects_of(day), place(number)), Revision::FIRST, body))
    }

    /// Its events, `most` of them after `skipped` others.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is not what was written; those of the object storage.
    pub(super) async fn read(&self, locations: &Locations, skipped: u64, most: usize) -> Result<Vec<Value>> {
        let damaged = |why: &str| Error::Internal(format!("the archived events `{}` {why}", self.object.key));
        let packed = locations.get(&self.object.location)?.read(&self.object, 0..self.bytes).await?;
        if Digester::of(&packed).sha256.as_deref() != Some(&self.sha256) {
            return Err(damaged("are not what was written"));
        }
        let lines = unpacked(&packed);
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let event = |line: std::io::Result<String>| {
            let line = line.map_err(|_| damaged("cannot be unpacked"))?;
            serde_json::from_str(&line).map_err(|_| damaged("are no events"))
        };
        lines.skip(skipped).take(most).map(event).collect()
    }
}

impl Shared {
    /// The first object of a day after the `number`th, with its number.
    pub(super) async fn archived_after(
        &self,
        day: NaiveDate,
        number: u64,
    ) -> Result<Option<(u64, Archived)>> {
        let page = Page { after: Some(place(number)), limit: 1, ..Page::default() };
        self.archived(day, page).await
    }

    /// How many objects a day has.
    pub(super) async fn archived_count(&self, day: NaiveDate) -> Result<u64> {
        let last = self.archived(day, Page { limit: 1, descending: true, ..Page::default() }).await?;
        Ok(last.map_or(0, |(number, _)| number))
    }

    /// Whether an object is one of the archive's: where it lies says whose day it is.
    pub(crate) async fn names_archived(&self, object: &Place) -> Result<bool> {
        let day = object.key.strip_prefix(ARCHIVE).and_then(|rest| rest.get(..10));
        let Some(day) = day.and_then(|day| NaiveDate::parse_from_str(day, "%Y/%m/%d").ok()) else {
            return Ok(false);
        };
        let mut number = 0;
        while let Some((next, archived)) = self.archived_after(day, number).await? {
            if archived.object == *object {
                return Ok(true);
            }
            number = next;
        }
        Ok(false)
    }

    async fn archived(&self, day: NaiveDate, page: Page) -> Result<Option<(u64, Archived)>> {
        let found = self.ports.store.query(EVENTS, &objects_of(day), &page).await?;
        let Some(item) = found.items.into_iter().next() else { return Ok(None) };
        let number = item.key.sort.parse().map_err(|error| broken(&error))?;
        Ok(Some((number, Archived::deserialize(item.body).map_err(|error| broken(&error))?)))
    }
}

/// Where the `number`th object of a day is named.
fn place(number: u64) -> String {
    format!("{number:010}")
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(format!("the archive of events: {error}"))
}
