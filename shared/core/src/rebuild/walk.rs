//! Through all entities of a collection, in parts of its table side by side, some of the way at a time.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::{Duration, Instant},
};

use cairn_model::{Error, Result};
use cairn_ports::store::{Cursor, Segment};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::{
    app::App,
    framework::{Shared, Source},
};

/// Parts of a table that are read side by side.
const SEGMENTS: u32 = 4;
/// Keys that are read at once: about as many as DynamoDB reads of one megabyte, and parts end at about the same time.
const BATCH: usize = 250;
/// After so long a call of [`walk`] begins no other batch: what it did is then noted.
const A_WHILE: Duration = Duration::from_secs(5);
/// Differences of which the id is kept.
const NAMED: usize = 10;

/// How far the workers came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Places(Vec<Place>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    Start,
    /// Behind the key of a cursor; an entity's items are read one after the other, so the last one may go on there.
    After(String, Option<String>),
    End,
}

impl Default for Places {
    fn default() -> Self {
        Self((0..SEGMENTS).map(|_| Place::Start).collect())
    }
}

impl Places {
    /// Nothing is left to read.
    pub(crate) fn are_done(&self) -> bool {
        self.0.iter().all(|place| *place == Place::End)
    }
}

/// What was done, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Entities that were read.
    pub entities: u64,
    /// Documents of them that are to be found.
    pub documents: u64,
    /// The sum of [`checksum`] over these, where it was asked for.
    #[serde(default)]
    pub sum: u64,
    /// Documents that the index lacks.
    pub missing: u64,
    /// Documents that the index has as they were before.
    pub stale: u64,
    /// Documents that the index has, and nothing is stored of them.
    pub ghosts: u64,
    /// Documents that the index has as they have not been yet: it was made from another store.
    pub ahead: u64,
    /// Of all these, those that were put right.
    pub mended: u64,
    /// The first of them: `missing records/abcde-12345`.
    pub first: Vec<String>,
}

impl Tally {
    /// Adds another.
    pub(crate) fn add(&mut self, other: Self) {
        self.entities += other.entities;
        self.documents += other.documents;
        self.sum = self.sum.wrapping_add(other.sum);
        self.missing += other.missing;
        self.stale += other.stale;
        self.ghosts += other.ghosts;
        self.ahead += other.ahead;
        self.mended += other.mended;
        let room = NAMED.saturating_sub(self.first.len());
        self.first.extend(other.first.into_iter().take(room));
    }

    /// Documents that are not as they should be, mended or not.
    pub(crate) fn differences(&self) -> u64 {
        self.missing + self.stale + self.ghosts + self.ahead
    }

    /// `2 missing, 0 stale, 1 ghosts, 0 ahead; 3 mended`.
    pub(crate) fn sentence(&self) -> String {
        let Self { missing, stale, ghosts, ahead, mended, .. } = self;
        format!("{missing} missing, {stale} stale, {ghosts} ghosts, {ahead} ahead; {mended} mended")
    }
}

/// A number for a document at a version: sums of it tell whether two sets of documents are the same. It may be another one
/// after an upgrade, where sets are then compared one by one.
pub(crate) fn checksum(index: &str, id: &str, version: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (index, id, version).hash(&mut hasher);
    hasher.finish()
}

/// Does something with some entities.
pub(crate) type Work = fn(Arc<Shared>, &'static dyn Source, Vec<String>) -> BoxFuture<'static, Result<Tally>>;

/// Goes on through collections, from `places` in the one at `source`, as far as some seconds of work. Nothing is left of
/// the last one where its places are done.
///
/// # Errors
/// Those of the store and of `work`; `source` and `places` are then as they were, or further on.
pub(crate) async fn walk(
    app: &App,
    sources: &[&'static dyn Source],
    source: &mut usize,
    places: &mut Places,
    work: Work,
) -> Result<Tally> {
    let (until, mut tally) = (Instant::now() + A_WHILE, Tally::default());
    loop {
        let Some(now) = sources.get(*source) else { return Ok(tally) };
        tally.add(walk_one(app, *now, places, until, work).await?);
        let is_last = *source + 1 >= sources.len();
        if !places.are_done() || is_last || until < Instant::now() {
            return Ok(tally);
        }
        (*source, *places) = (*source + 1, Places::default());
    }
}

/// Goes on through one collection until some instant, by a batch of each part at least.
async fn walk_one(
    app: &App,
    source: &'static dyn Source,
    places: &mut Places,
    until: Instant,
    work: Work,
) -> Result<Tally> {
    let mut workers = JoinSet::new();
    for (number, place) in places.0.iter().enumerate().filter(|(_, place)| **place != Place::End) {
        let index = u32::try_from(number).unwrap_or(0);
        let segment = Segment { index, of: u32::try_from(places.0.len()).unwrap_or(1) };
        let worker = through(app.shared.clone(), source, segment, place.clone(), until, work);
        workers.spawn(async move { worker.await.map(|done| (number, done)) });
    }
    let (mut tally, mut reached) = (Tally::default(), places.clone());
    while let Some(worker) = workers.join_next().await {
        let (number, (place, found)) =
            worker.map_err(|error| Error::Internal(format!("a worker died: {error}")))??;
        reached.0[number] = place;
        tally.add(found);
    }
    *places = reached;
    Ok(tally)
}

/// Batches of one part of the table.
async fn through(
    shared: Arc<Shared>,
    source: &'static dyn Source,
    segment: Segment,
    mut place: Place,
    until: Instant,
    work: Work,
) -> Result<(Place, Tally)> {
    let mut tally = Tally::default();
    loop {
        let (after, last) = match place {
            Place::Start => (None, None),
            Place::After(cursor, last) => (Some(Cursor(cursor)), last),
            Place::End => break,
        };
        let (keys, next) =
            shared.ports.store.scan_keys(source.table(), segment, after.as_ref(), BATCH).await?;
        // An entity may have several items, side by side.
        let mut ids: Vec<String> = keys.iter().filter_map(|key| source.id_of(key)).collect();
        let reached = ids.last().cloned().or_else(|| last.clone());
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| last.as_ref() != Some(id));
        tally.add(work(shared.clone(), source, ids).await?);
        place = next.map_or(Place::End, |Cursor(cursor)| Place::After(cursor, reached));
        if until < Instant::now() {
            break;
        }
    }
    Ok((place, tally))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_kept_as_json_and_done_at_the_end_of_all() {
        let mut places = Places::default();
        assert!(!places.are_done());
        places.0[0] = Place::After("x".into(), Some("y".into()));
        places.0[1..].fill(Place::End);
        let kept = serde_json::to_value(&places).unwrap();
        assert_eq!(kept, serde_json::json!([{"after": ["x", "y"]}, "end", "end", "end"]));
        assert_eq!(serde_json::from_value::<Places>(kept).unwrap(), places);
        places.0[0] = Place::End;
        assert!(places.are_done());
    }

    #[test]
    fn a_tally_names_the_first_differences_only() {
        let mut tally = Tally::default();
        for number in 0..7_u64 {
            let first = vec![format!("stale a/{number}"), format!("stale b/{number}")];
            tally.add(Tally { entities: 3, stale: 2, mended: 1, first, ..Tally::default() });
        }
        assert_eq!((tally.entities, tally.differences(), tally.first.len()), (21, 14, NAMED));
        assert_eq!(tally.sentence(), "0 missing, 14 stale, 0 ghosts, 0 ahead; 7 mended");
    }
}
