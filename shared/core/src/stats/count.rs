//! Counting: requests are added to those of the same visitor for the same object on the same day, and what counts of them
//! to the sums of the record and of all its versions, in one transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use cairn_model::{Error, Event, Identity, Result, Revision, Timestamp, kinds::STATS, usage::Requests};
use cairn_ports::{Count, Expect, Item, Key, Work};
use chrono::NaiveDate;
use futures::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Stats, days,
    hit::{Hit, Object},
    total_key,
};
use crate::framework::Attempt;

/// Visitors whose requests are counted in one transaction. AWS: at most 100 items in one.
const TOGETHER: usize = 80;
/// Families counted at a time.
const AT_ONCE: usize = 8;
/// What a visitor asked for on a day is known for so long: an event that comes again until then counts once.
pub(super) const KNOWN_FOR: Duration = Duration::from_hours(30 * 24);
/// For so long an index that is to follow is believed to do so, in seconds.
const BELIEVED: i64 = 3_600;
/// Grows with every change of what is counted in an item.
pub(super) const COUNTED: &str = "counted";
/// The highest sum.
pub(super) const MOST: u64 = i64::MAX as u64;

/// What was used, on which day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Used {
    parent: String,
    record: String,
    day: NaiveDate,
}

/// Requests of one visitor for one object.
type Asked = ((String, Object), BTreeSet<Timestamp>);

impl Stats {
    /// Counts usage events; gives the outcome of each. Those that were counted change nothing.
    pub(crate) async fn count(&self, events: &[Event]) -> Vec<Result<()>> {
        let (mut outcomes, mut readable, mut families) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (at, event) in events.iter().enumerate() {
            let found = Hit::all(event);
            if let Ok(found) = &found {
                readable.push(event);
                for hit in found {
                    let (places, hits): &mut (Vec<usize>, Vec<Hit>) =
                        families.entry(hit.parent.clone()).or_default();
                    places.push(at);
                    hits.push(hit.clone());
                }
            }
            outcomes.push(found.map(drop));
        }
        // What is counted is kept: a recount never finds less.
        let kept = self.keep(&readable).await;
        let counted = families.into_values().map(|(places, hits)| {
            let kept = kept.clone();
            async move { (places, if kept.is_ok() { self.count_hits(&hits).await } else { kept }) }
        });
        let counted: Vec<_> = counted.collect();
        for (places, outcome) in stream::iter(counted).buffered(AT_ONCE).collect::<Vec<_>>().await {
            for at in places {
                outcomes[at].clone_from(&outcome);
            }
        }
        outcomes
    }

    /// Counts the hits of one family, one transaction after the other: they change the same sums.
    pub(super) async fn count_hits(&self, hits: &[Hit]) -> Result<()> {
        let mut found = BTreeMap::<Used, BTreeMap<(String, Object), BTreeSet<Timestamp>>>::new();
        for hit in hits.iter().filter(|hit| self.is_known(hit.at.day())) {
            let Hit { parent, record, object, visitor, at } = hit.clone();
            let day = found.entry(Used { parent, record, day: at.day() }).or_default();
            day.entry((visitor, object)).or_default().insert(at);
        }
        for (used, asked) in found {
            let asked: Vec<Asked> = asked.into_iter().collect();
            for asked in asked.chunks(TOGETHER) {
                self.shared.attempt(|| self.try_count(&used, asked)).await?;
            }
        }
        Ok(())
    }

    /// Whether it is still known who asked for what on that day. What is told of later days is kept, and recounted.
    pub(super) fn is_known(&self, day: NaiveDate) -> bool {
        forgotten(day) > self.shared.now().seconds()
    }

    async fn try_count(&self, used: &Used, asked: &[Asked]) -> Result<(), Attempt> {
        let due = Key::new(STATS, format!("due#{}", used.parent), "due");
        let mut keys: Vec<Key> =
            asked.iter().map(|((visitor, object), _)| used.key(visitor, object)).collect();
        keys.push(due.clone());
        let mut items = self.shared.ports.store.batch_get(&keys).await?;
        let due_item = items.pop().flatten();
        let mut work = self.shared.work();
        let mut growth = BTreeMap::<&str, i64>::new();
        for (((_, object), times), (key, item)) in asked.iter().zip(keys.into_iter().zip(items)) {
            let before = requests(item.as_ref())?;
            let mut after = before.clone();
            for at in times {
                after.add(*at);
            }
            if after == before {
                continue;
            }
            for (counter, by) in object.growth(&before, &after) {
                *growth.entry(counter).or_default() += by;
            }
            put(&mut work, key, item.as_ref(), &after, forgotten(used.day))?;
        }
        if work.is_empty() {
            return Ok(());
        }
        let mut counts: Vec<Count> = growth
            .into_iter()
            .filter(|(_, by)| *by != 0)
            .map(|(counter, by)| Count::new(counter, by, MOST))
            .collect();
        if !counts.is_empty() {
            counts.push(Count::new(COUNTED, 1, MOST));
            for id in [&used.record, &used.parent] {
                work.count_all(total_key(id), counts.clone());
                work.count_all(Key::new(STATS, days(id), used.day.to_string()), counts.clone());
            }
            self.let_index_follow(&mut work, due, due_item, &used.parent);
        }
        self.shared.commit(work, Vec::new(), None).await
    }

    /// Somebody will index the family again in a minute; if nobody is to do so yet, from now on somebody is.
    pub(super) fn let_index_follow(&self, work: &mut Work, due: Key, item: Option<Item>, parent: &str) {
        let now = self.shared.now().seconds();
        let expect = match item {
            Some(item) if item.expires.is_some_and(|expires| expires > now) => {
                // It must not have been taken away meanwhile, by who read less than this.
                work.check(due, Expect::At(item.revision));
                return;
            }
            Some(item) => Expect::At(item.revision),
            None => Expect::Absent,
        };
        let item = Item { expires: Some(now + BELIEVED), ..Item::new(due, Revision::FIRST, json!({})) };
        work.put(item, expect);
        let subject = format!("usage/{parent}");
        work.emit(self.shared.moment("usage.counted", subject, &Identity::system(), Value::Null));
    }
}

impl Used {
    /// What a visitor asked for.
    fn key(&self, visitor: &str, object: &Object) -> Key {
        Key::new(STATS, format!("visit#{}#{}#{visitor}", self.day, self.record), object.name())
    }
}

/// When visits of a day are forgotten, in seconds since 1970.
fn forgotten(day: NaiveDate) -> i64 {
    let known = i64::try_from(KNOWN_FOR.as_secs()).unwrap_or(0);
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() + known
}

fn requests(item: Option<&Item>) -> Result<Requests> {
    let Some(item) = item else { return Ok(Requests::default()) };
    Requests::deserialize(&item.body["requests"])
        .map_err(|error| Error::Internal(format!("the visit `{}`: {error}", item.key)))
}

fn put(work: &mut Work, key: Key, before: Option<&Item>, requests: &Requests, expires: i64) -> Result<()> {
    let (expect, revision) = Expect::after(before.map(|item| item.revision));
    let requests = serde_json::to_value(requests).map_err(|error| Error::Internal(error.to_string()))?;
    let body = json!({"requests": requests});
    work.put(Item { expires: Some(expires), ..Item::new(key, revision, body) }, expect);
    Ok(())
}
