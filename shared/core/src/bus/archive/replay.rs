//! Archived events are sent to one subscriber again.

use std::{collections::BTreeSet, time::Duration};

use cairn_model::{Error, Event, Identity, Result, Timestamp, kinds::EVENTS};
use cairn_ports::store::Page;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use super::rows_of;
use crate::{app::App, bus::message::Message};

/// Archived rows read at once; each holds up to 99 events.
const PAGE: usize = 20;
/// Most events of an object that one step reads.
const EVENTS_A_STEP: usize = 2_000;
/// Most days without events that one step passes over.
const DAYS_A_STEP: usize = 30;

/// How far a replay came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Events sent to the subscriber.
    pub events: usize,
    /// Where to go on; nothing once all is sent.
    pub next: Option<String>,
}

impl App {
    /// Sends archived events that happened at `since` or later to one subscriber again: one step of it, from `cursor`.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] for an unknown subscriber or a cursor that is none; those of store and queues.
    pub async fn replay_events(
        &self,
        who: &Identity,
        subscriber: &str,
        since: Timestamp,
        cursor: Option<&str>,
    ) -> Result<Replayed> {
        who.require_administrator()?;
        let known: Vec<&str> = self.subscribers.iter().map(|subscriber| subscriber.name).collect();
        let Some(found) = self.subscribers.iter().find(|one| one.name == subscriber) else {
            return Err(Error::field("subscriber", format!("Must be one of: {}.", known.join(", "))));
        };
        let place = cursor.map(Place::parse).transpose()?;
        let mut place = Some(place.unwrap_or_else(|| Place::first(since.day())));
        let mut found_events = Vec::new();
        for _ in 0..DAYS_A_STEP {
            let Some(here) = place.take() else { break };
            (found_events, place) = self.archived_at(here).await?;
            if !found_events.is_empty() {
                break;
            }
        }
        let mut seen = BTreeSet::new();
        let mut bodies = Vec::new();
        for event in found_events {
            let event = Event::deserialize(event)
                .map_err(|error| Error::Internal(format!("an archived event: {error}")))?;
            if event.time >= since && found.wants(&event.kind) && seen.insert(event.id.clone()) {
                bodies.push(Message { subscriber: found.name.to_owned(), event }.body()?);
            }
        }
        let events = bodies.len();
        self.shared.ports.queues.send(found.queue, bodies, Duration::ZERO).await?;
        Ok(Replayed { events, next: place.map(|place| place.text()) })
    }

    /// Events at a place of the archive, and the place after them.
    async fn archived_at(&self, place: Place) -> Result<(Vec<Value>, Option<Place>)> {
        let Place { day, object, line, .. } = place;
        if let Some((number, archived)) = self.shared.archived_after(day, object).await? {
            let events = archived.read(&self.shared.ports.objects, line, EVENTS_A_STEP).await?;
            let line = line + events.len() as u64;
            let next = if line < archived.events && !events.is_empty() {
                Place { line, ..place }
            } else {
                Place { object: number, line: 0, ..place }
            };
            return Ok((events, Some(next)));
        }
        let page = Page { limit: PAGE, after: place.after.clone(), ..Page::default() };
        let found = self.shared.ports.store.query(EVENTS, &rows_of(day), &page).await?;
        if let Some(after) = found.items.last().map(|row| row.key.sort.clone()).or(found.next) {
            let after = Some(after);
            let events =
                found.items.iter().filter_map(|row| row.body["events"].as_array()).flatten().cloned();
            return Ok((events.collect(), Some(Place { after, ..place })));
        }
        // Rows that went into an object since that was looked for are there.
        if self.shared.archived_after(day, object).await?.is_some() {
            return Ok((Vec::new(), Some(place)));
        }
        let tomorrow = day.succ_opt().filter(|day| *day <= self.shared.now().day());
        Ok((Vec::new(), tomorrow.map(Place::first)))
    }
}

/// A place in the archive: a day's objects come first, then its rows.
#[derive(Debug, Clone)]
struct Place {
    day: NaiveDate,
    /// Objects of the day that were sent whole.
    object: u64,
    /// Events of the next one that were sent.
    line: u64,
    /// The last row that was sent.
    after: Option<String>,
}

impl Place {
    fn first(day: NaiveDate) -> Self {
        Self { day, object: 0, line: 0, after: None }
    }

    fn parse(text: &str) -> Result<Self> {
        Self::read(text).ok_or_else(|| Error::field("cursor", "Not a valid cursor."))
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '@');
        let mut next = || parts.next();
        let (day, object, line) = (next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
        let after = next()?;
        Some(Self { day, object, line, after: (!after.is_empty()).then(|| after.to_owned()) })
    }

    fn text(&self) -> String {
        let Self { day, object, line, after } = self;
        format!("{day}@{object}@{line}@{}", after.as_deref().unwrap_or_default())
    }
}
