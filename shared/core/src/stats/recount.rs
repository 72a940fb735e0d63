//! Counting again: what the store says is made to agree with the events that are kept, day by day, then the sums of all days.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    Error, Result,
    kinds::STATS,
    objects::Place,
    usage::{Requests, Usage},
};
use cairn_ports::{
    Count, Key, Work,
    store::{Cursor, Page, Segment},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Stats,
    count::{COUNTED, MOST},
    days,
    hit::{Hit, Object},
    total_key,
};
use crate::framework::Attempt;

/// Items whose sums are looked at in one step.
const PAGE: usize = 200;
/// How often a day is looked at anew while events of it still come.
const PATIENCE: usize = 5;

/// How far counting came.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub(crate) enum Progress {
    /// This day is next, then those after it until yesterday. None: the first there is.
    Days {
        /// The day.
        day: Option<NaiveDate>,
    },
    /// Then the sums of all days.
    Sums {
        /// Where to go on.
        after: Option<String>,
    },
}

/// What a step has done.
#[derive(Debug, Default)]
pub(crate) struct Recounted {
    /// Sums that were looked at.
    pub(crate) seen: u64,
    /// Those that were wrong, and are right now.
    pub(crate) mended: u64,
    /// Where to go on.
    pub(crate) next: Option<Progress>,
}

/// What counts of the use of something, by whose it is: a record, or a parent.
type Truth = BTreeMap<String, (Usage, String)>;

impl Stats {
    /// Counts some of it again.
    ///
    /// # Errors
    /// Those of store and object storage; [`Error::Conflict`] where others change the same all the time.
    pub(crate) async fn recount(&self, progress: Progress) -> Result<Recounted> {
        match progress {
            Progress::Sums { after } => self.recount_sums(after).await,
            Progress::Days { day } => {
                let day = match day {
                    Some(day) => Some(day),
                    None => self.first_kept().await?,
                };
                // Today's are still being counted.
                match day.filter(|day| *day < self.shared.now().day()) {
                    Some(day) => self.recount_day(day).await,
                    None => {
                        Ok(Recounted { next: Some(Progress::Sums { after: None }), ..Recounted::default() })
                    }
                }
            }
        }
    }

    async fn recount_day(&self, day: NaiveDate) -> Result<Recounted> {
        let (truth, rows) = self.quiet(day).await?;
        let mut done = Recounted::default();
        for ((id, (usage, parent)), row) in truth.iter().zip(rows) {
            done.seen += 1;
            let key = Key::new(STATS, days(id), day.to_string());
            done.mended += u64::from(self.mend(key, &row, *usage, parent).await?);
        }
        done.next = Some(Progress::Days { day: day.succ_opt() });
        Ok(done)
    }

    /// What counts of a day, and what the store has counted of it, at a moment when both are of the same events.
    async fn quiet(&self, day: NaiveDate) -> Result<(Truth, Vec<BTreeMap<String, u64>>)> {
        for _ in 0..PATIENCE {
            let places = self.kept_on(day).await?;
            let hits = self.read_kept(&places).await?;
            if self.is_known(day) {
                // What is kept and was never counted, or is about to be: from here on it is.
                self.count_hits(&hits).await?;
            }
            let truth = truth(hits);
            let rows = self.rows(day, &truth).await?;
            // What was counted until the rows were read was kept before.
            if self.kept_on(day).await? == places {
                return Ok((truth, rows));
            }
        }
        Err(Error::Conflict(format!("events of {day} still come")))
    }

    /// What the store has counted of each on a day.
    async fn rows(&self, day: NaiveDate, truth: &Truth) -> Result<Vec<BTreeMap<String, u64>>> {
        let keys: Vec<Key> = truth.keys().map(|id| Key::new(STATS, days(id), day.to_string())).collect();
        let mut rows = Vec::with_capacity(keys.len());
        for keys in keys.chunks(100) {
            let items = self.shared.ports.store.batch_get(keys).await?;
            rows.extend(items.into_iter().map(|item| item.map(|item| item.counters).unwrap_or_default()));
        }
        Ok(rows)
    }

    /// Makes counters say what they should, unless somebody counts meanwhile. Whether they did not.
    async fn mend(&self, key: Key, row: &BTreeMap<String, u64>, usage: Usage, parent: &str) -> Result<bool> {
        let mut work = self.shared.work();
        if !differ(&mut work, key, row, usage) {
            return Ok(false);
        }
        let due = Key::new(STATS, format!("due#{parent}"), "due");
        let item = self.shared.ports.store.get(&due).await?;
        self.let_index_follow(&mut work, due, item, parent);
        self.shared.ports.store.commit(&work).await?;
        Ok(true)
    }

    async fn recount_sums(&self, after: Option<String>) -> Result<Recounted> {
        let after = after.map(Cursor);
        let found = self.shared.ports.store.scan_segment(STATS, Segment::WHOLE, after.as_ref(), PAGE).await?;
        let id = |partition: &str| {
            let id = partition.strip_prefix("total#").or_else(|| partition.strip_prefix("days#"));
            id.map(ToOwned::to_owned)
        };
        let ids: BTreeSet<String> = found.items.iter().filter_map(|item| id(&item.key.partition)).collect();
        let mut done = Recounted { seen: ids.len() as u64, ..Recounted::default() };
        for id in &ids {
            let mended = self.shared.attempt(|| self.recount_sum(id)).await?;
            done.mended += u64::from(mended);
        }
        done.next = found.next.map(|Cursor(after)| Progress::Sums { after: Some(after) });
        Ok(done)
    }

    /// The sum is read before what it is made of: whatever is counted in between shows in it.
    async fn recount_sum(&self, id: &str) -> Result<bool, Attempt> {
        let store = &self.shared.ports.store;
        let row = store.get(&total_key(id)).await?.map(|item| item.counters).unwrap_or_default();
        let (mut sum, mut page) = (Usage::default(), Page::default());
        loop {
            let found = store.query(STATS, &days(id), &page).await?;
            sum = found.items.iter().fold(sum, |sum, item| sum.plus(Usage::of(&item.counters)));
            page.after = found.next;
            if page.after.is_none() {
                break;
            }
        }
        let mut work = self.shared.work();
        if !differ(&mut work, total_key(id), &row, sum) {
            return Ok(false);
        }
        let parent = self.shared.versions(self.kinds, id).await?.parent_id()?;
        let parent = parent.unwrap_or_else(|| id.to_owned());
        let due = Key::new(STATS, format!("due#{parent}"), "due");
        let item = store.get(&due).await?;
        self.let_index_follow(&mut work, due, item, &parent);
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(true)
    }

    /// The events in objects.
    async fn read_kept(&self, places: &[(Place, u64)]) -> Result<Vec<Hit>> {
        let mut hits = BTreeSet::new();
        for (place, size) in places {
            hits.extend(self.read_object(place, *size).await?);
        }
        Ok(hits.into_iter().collect())
    }
}

/// What counts of some hits, for each record and each parent, with the parent.
fn truth(hits: Vec<Hit>) -> Truth {
    let mut asked = BTreeMap::<(String, String, String, Object), Requests>::new();
    for Hit { parent, record, object, visitor, at } in hits {
        asked.entry((parent, record, visitor, object)).or_default().add(at);
    }
    let mut truth = Truth::new();
    for ((parent, record, _, object), requests) in asked {
        for id in [&record, &parent] {
            let (usage, _) = truth.entry(id.clone()).or_insert_with(|| (Usage::default(), parent.clone()));
            *usage = usage.plus(object.usage(&requests));
        }
    }
    truth
}

/// Adds to `work` that counters become these, if nobody has counted since they were read. Whether they are others.
fn differ(work: &mut Work, key: Key, row: &BTreeMap<String, u64>, usage: Usage) -> bool {
    let counter = |name: &str| row.get(name).copied().unwrap_or(0);
    let by = |name: &str, count: u64| count.cast_signed().saturating_sub(counter(name).cast_signed());
    let wrong = usage.counters().into_iter().filter(|(name, count)| by(name, *count) != 0);
    let mut counts: Vec<Count> = wrong.map(|(name, count)| Count::new(name, by(name, count), MOST)).collect();
    if counts.is_empty() {
        return false;
    }
    counts.push(Count::new(COUNTED, 1, counter(COUNTED) + 1));
    work.count_all(key, counts);
    true
}
