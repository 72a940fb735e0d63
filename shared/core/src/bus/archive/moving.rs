//! Archived events leave the store: rows that are no longer young become objects, some rows at a time.

use std::time::Duration;

use cairn_model::{Result, kinds::EVENTS};
use cairn_ports::{
    Expect, Item, StoreError,
    store::{Cursor, Page, Segment},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use super::{ARCHIVE, ROWS, objects::Packer, rows_of};
use crate::app::App;

/// Rows that become one object: their deletions and the item that names it are one transaction.
const TOGETHER: usize = 99;
/// Rows read at once.
const PAGE: usize = 20;
/// An object takes no more rows once it has so many bytes, before compression.
const MOST_BYTES: usize = 16_000_000;
/// Objects made in one step.
const OBJECTS_A_STEP: usize = 10;
/// Pages looked through in one step.
const PAGES_A_STEP: usize = 100;
/// Rows stay in the store for so long: who replays what has just happened finds it at once.
const YOUNG: Duration = Duration::from_hours(1);

/// How far moving came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub(crate) enum Progress {
    /// The first day that has rows is looked for.
    Looking {
        /// Where to go on.
        after: Option<String>,
        /// The first so far.
        first: Option<NaiveDate>,
    },
    /// Rows of this day are moved, then those of the days after it.
    Moving {
        /// The day.
        day: NaiveDate,
    },
}

/// What a step has moved.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// Events.
    pub(crate) events: u64,
    /// Objects.
    pub(crate) objects: u64,
    /// Where to go on; nothing at the end.
    pub(crate) next: Option<Progress>,
}

impl App {
    /// Moves some archived events from the store into objects.
    ///
    /// # Errors
    /// Those of store and object storage. [`cairn_model::Error::Conflict`] if somebody else moves the same rows.
    pub(crate) async fn archive_events(&self, progress: Progress) -> Result<Moved> {
        match progress {
            Progress::Looking { after, first } => self.look_for_rows(after, first).await,
            Progress::Moving { day } => self.move_rows(day).await,
        }
    }

    /// Rows come late for a day that is long over: the first day is not remembered but looked for.
    async fn look_for_rows(&self, after: Option<String>, mut first: Option<NaiveDate>) -> Result<Moved> {
        let mut after = after.map(Cursor);
        for _ in 0..PAGES_A_STEP {
            let found =
                self.shared.ports.store.scan_segment(EVENTS, Segment::WHOLE, after.as_ref(), PAGE).await?;
            let day = |item: &Item| item.key.partition.strip_prefix(ROWS).and_then(|day| day.parse().ok());
            first = found.items.iter().filter_map(day).chain(first).min();
            after = found.next;
            if after.is_none() {
                return Ok(Moved { next: first.map(|day| Progress::Moving { day }), ..Moved::default() });
            }
        }
        let after = after.map(|Cursor(after)| after);
        Ok(Moved { next: Some(Progress::Looking { after, first }), ..Moved::default() })
    }

    async fn move_rows(&self, mut day: NaiveDate) -> Result<Moved> {
        let mut moved = Moved::default();
        for _ in 0..OBJECTS_A_STEP {
            match self.move_some(day).await? {
                Some(events) => {
                    moved.events += events;
                    moved.objects += 1;
                }
                None => match day.succ_opt().filter(|day| *day <= self.shared.now().day()) {
                    Some(next) => day = next,
                    None => return Ok(moved),
                },
            }
        }
        moved.next = Some(Progress::Moving { day });
        Ok(moved)
    }

    /// Makes one object of a day's first rows. The object comes first, then rows go and it is named, at once: whatever
    /// dies in between, every event is in one of the two, and in one only.
    async fn move_some(&self, day: NaiveDate) -> Result<Option<u64>> {
        let mut packer = Packer::new();
        let mut work = self.shared.work();
        let mut page = Page { limit: PAGE, ..Page::default() };
        let oldest_young = self.oldest_young();
        'rows: loop {
            let found = self.shared.ports.store.query(EVENTS, &rows_of(day), &page).await?;
            for row in found.items {
                if row.key.sort >= oldest_young || work.changes.len() == TOGETHER || packer.size > MOST_BYTES
                {
                    break 'rows;
                }
                row.body["events"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .try_for_each(|event| packer.take(event))?;
                work.delete(row.key, Expect::Exists);
            }
            page.after = found.next;
            if page.after.is_none() {
                break;
            }
        }
        if work.is_empty() {
            return Ok(None);
        }
        // Of two who move the same rows at once, one finds the number taken.
        let number = self.shared.archived_count(day).await? + 1;
        let archived = packer.store(&self.shared.ports.objects, ARCHIVE, day).await?;
        work.put(archived.item(day, number)?, Expect::Absent);
        self.shared.ports.store.commit(&work).await.map_err(|error| match error {
            StoreError::Conflict(_) => cairn_model::Error::Conflict("others move the same events".into()),
            error => error.into(),
        })?;
        Ok(Some(archived.events))
    }

    /// The first place of a row that stays.
    fn oldest_young(&self) -> String {
        let millis = (self.shared.now().micros() / 1_000)
            .saturating_sub_unsigned(YOUNG.as_millis().try_into().unwrap_or(0));
        Ulid::from_parts(u64::try_from(millis).unwrap_or(0), 0).to_string()
    }
}
