//! The archive of events by day, and its replay to one subscriber.

use std::{collections::BTreeSet, time::Duration};

use cairn_model::{Error, Event, Identity, Result, Revision, Timestamp, kinds::EVENTS};
use cairn_ports::{
    Item, Key,
    store::{OutboxRow, Page},
};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::message::Message;
use crate::app::App;

/// Archived rows read at once; each holds up to 99 events.
const PAGE: usize = 20;

/// The row that archives events, under the day on which they were relayed. Its place within the day is that of the
/// newest event; `work` makes it unique.
pub(super) fn item(rows: &[OutboxRow], work: &str) -> Item {
    let newest = rows.iter().map(|row| &row.event).max_by(|one, other| one.id.cmp(&other.id));
    let (day, id) = newest.map(|event| (event.time.day(), event.id.as_str())).unwrap_or_default();
    let events: Vec<&Event> = rows.iter().map(|row| &row.event).collect();
    Item::new(
        Key::new(EVENTS, partition(day), format!("{id}#{work}")),
        Revision::FIRST,
        json!({"events": events}),
    )
}

fn partition(day: NaiveDate) -> String {
    format!("archive#{day}")
}

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
        let place = place.unwrap_or(Place { day: since.day(), after: None });
        let page = Page { limit: PAGE, after: place.after.clone(), ..Page::default() };
        let items = self.shared.ports.store.query(EVENTS, &partition(place.day), &page).await?;
        let mut seen = BTreeSet::new();
        let mut bodies = Vec::new();
        for event in items.items.iter().filter_map(|item| item.body["events"].as_array()).flatten() {
            let event = Event::deserialize(event)
                .map_err(|error| Error::Internal(format!("an archived event: {error}")))?;
            if event.time >= since && found.wants(&event.kind) && seen.insert(event.id.clone()) {
                bodies.push(Message { subscriber: found.name.to_owned(), event }.body()?);
            }
        }
        let events = bodies.len();
        self.shared.ports.queues.send(found.queue, bodies, Duration::ZERO).await?;
        Ok(Replayed { events, next: place.next(items.next, self.shared.now().day()).map(|next| next.text()) })
    }
}

/// A place in the archive.
struct Place {
    day: NaiveDate,
    after: Option<String>,
}

impl Place {
    fn parse(text: &str) -> Result<Self> {
        let (day, after) = text.split_once('@').unwrap_or((text, ""));
        let day = day.parse().map_err(|_| Error::field("cursor", "Not a valid cursor."))?;
        Ok(Self { day, after: (!after.is_empty()).then(|| after.to_owned()) })
    }

    fn text(&self) -> String {
        format!("{}@{}", self.day, self.after.as_deref().unwrap_or_default())
    }

    /// The rest of the day, else the next day, up to today.
    fn next(self, after: Option<String>, today: NaiveDate) -> Option<Self> {
        if after.is_some() {
            return Some(Self { after, ..self });
        }
        let day = self.day.succ_opt().filter(|day| *day <= today)?;
        Some(Self { day, after: None })
    }
}
