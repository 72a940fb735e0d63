//! Usage events as they came, by day, in objects: what the counts can be made of again.

use std::collections::BTreeMap;

use cairn_model::{Error, Event, Result, objects::Place};
use chrono::NaiveDate;

use super::{Stats, hit::Hit};
use crate::bus::{Packer, unpacked};

/// What keys of objects begin with that hold usage events.
pub const USAGE: &str = "usage/";

impl Stats {
    /// Keeps events, in one object for each of their days, which is named for what it holds: the same events again are
    /// the same object.
    ///
    /// # Errors
    /// Those of the object storage.
    pub(super) async fn keep(&self, events: &[&Event]) -> Result<()> {
        let mut days = BTreeMap::<NaiveDate, BTreeMap<&str, &Event>>::new();
        for event in events {
            days.entry(event.time.day()).or_default().insert(&event.id, event);
        }
        for (day, events) in days {
            let mut packer = Packer::new();
            for event in events.into_values() {
                let line = serde_json::to_value(event).map_err(|error| Error::Internal(error.to_string()))?;
                packer.take(&line)?;
            }
            packer.store(&self.shared.ports.objects, USAGE, day).await?;
        }
        Ok(())
    }

    /// The first day of which events are kept.
    pub(super) async fn first_kept(&self) -> Result<Option<NaiveDate>> {
        let listing = self.shared.ports.objects.home()?.list(USAGE, None).await?;
        Ok(listing.objects.first().and_then(|listed| day_of(&listed.place.key)))
    }

    /// The objects of a day, with their sizes.
    pub(super) async fn kept_on(&self, day: NaiveDate) -> Result<Vec<(Place, u64)>> {
        let prefix = format!("{USAGE}{}/", day.format("%Y/%m/%d"));
        let (mut places, mut after) = (Vec::new(), None::<String>);
        loop {
            let listing = self.shared.ports.objects.home()?.list(&prefix, after.as_deref()).await?;
            // The same events again are the same object: the newest of its versions will do.
            let newest = listing.objects.into_iter().filter(|listed| listed.latest && !listed.deleted);
            places.extend(newest.map(|listed| (listed.place, listed.size)));
            after = listing.next;
            if after.is_none() {
                return Ok(places);
            }
        }
    }

    /// What the events in an object tell of.
    pub(super) async fn read_object(&self, place: &Place, size: u64) -> Result<Vec<Hit>> {
        let packed = self.shared.ports.objects.get(&place.location)?.read(place, 0..size).await?;
        let damaged = || Error::Internal(format!("the usage events `{}` are damaged", place.key));
        let mut hits = Vec::new();
        for line in unpacked(&packed) {
            let event: Event = serde_json::from_str(&line.map_err(|_| damaged())?).map_err(|_| damaged())?;
            hits.extend(Hit::all(&event)?);
        }
        Ok(hits)
    }
}

fn day_of(key: &str) -> Option<NaiveDate> {
    let day = key.strip_prefix(USAGE)?.get(..10)?;
    NaiveDate::parse_from_str(day, "%Y/%m/%d").ok()
}
