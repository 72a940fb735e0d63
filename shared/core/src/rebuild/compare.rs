//! The index beside the primary storage, document by document: what it lacks, has as it was, or has no more reason to have.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use cairn_model::Result;
use cairn_ports::search::{Document, Generation};
use futures::{FutureExt, future::BoxFuture};

use super::{TOGETHER, walk::Tally};
use crate::{
    app::App,
    framework::{Shared, Source, Stamp},
};

/// How long what was just written may need to reach the live index before that counts as a difference.
const PATIENCE: Duration = Duration::from_millis(500);
/// Documents that are listed at a time.
const LISTED: usize = 2_000;
/// Such lists at once.
const LISTS: usize = 5;

/// Compares some entities with the generation that is being made, and puts right what differs.
pub(crate) fn against_next(
    shared: Arc<Shared>,
    source: &'static dyn Source,
    ids: Vec<String>,
) -> BoxFuture<'static, Result<Tally>> {
    compare(shared, source, ids, Generation::Next, true).boxed()
}

/// Compares some entities with the live index; `MEND`: and puts right what differs.
pub(crate) fn against_live<const MEND: bool>(
    shared: Arc<Shared>,
    source: &'static dyn Source,
    ids: Vec<String>,
) -> BoxFuture<'static, Result<Tally>> {
    compare(shared, source, ids, Generation::Live, MEND).boxed()
}

async fn compare(
    shared: Arc<Shared>,
    source: &'static dyn Source,
    ids: Vec<String>,
    generation: Generation,
    mend: bool,
) -> Result<Tally> {
    let entities = ids.len() as u64;
    let (documents, mut differing) = differing(&shared, source, &ids, generation).await?;
    if generation == Generation::Live && !differing.is_empty() {
        // What was committed a moment ago is on its way.
        tokio::time::sleep(PATIENCE).await;
        let again: Vec<String> = differing.iter().map(|(id, ..)| id.clone()).collect();
        differing = self::differing(&shared, source, &again, generation).await?.1;
    }
    let mut tally = Tally { entities, documents, ..Tally::default() };
    for (id, index, is_missing) in &differing {
        let kind = if *is_missing { "missing" } else { "stale" };
        *(if *is_missing { &mut tally.missing } else { &mut tally.stale }) += 1;
        tally.first.push(format!("{kind} {index}/{id}"));
    }
    if mend {
        for (id, index, _) in &differing {
            let documents = source.documents(&shared, id).await?.into_iter().flatten();
            write(&shared, generation, documents.filter(|document| document.index == *index).collect())
                .await?;
            tally.mended += 1;
        }
    }
    Ok(tally)
}

/// How many documents some entities have, and those of them that a generation lacks (`true`) or has as they were.
async fn differing(
    shared: &Shared,
    source: &dyn Source,
    ids: &[String],
    generation: Generation,
) -> Result<(u64, Vec<(String, &'static str, bool)>)> {
    let stored = stamps(shared, source, ids).await?;
    let (mut documents, mut differing) = (0, Vec::new());
    for mapping in source.mappings() {
        let known = shared.ports.search.versions(mapping.index, generation, ids).await?;
        for (id, known) in ids.iter().zip(known) {
            let Some(stamp) = stored.get(&(mapping.index, id.clone())) else {
                continue;
            };
            documents += u64::from(stamp.present);
            match known {
                None if stamp.present => differing.push((id.clone(), mapping.index, true)),
                Some(known) if known < stamp.version => differing.push((id.clone(), mapping.index, false)),
                _ => {}
            }
        }
    }
    Ok((documents, differing))
}

/// What documents some entities have as they are stored now, by index and id; those that are gone have none.
async fn stamps(
    shared: &Shared,
    source: &dyn Source,
    ids: &[String],
) -> Result<BTreeMap<(&'static str, String), Stamp>> {
    let mut stamps = BTreeMap::new();
    for some in ids.chunks(TOGETHER) {
        let found = source.stamps(shared, some).await?;
        stamps.extend(found.into_iter().map(|stamp| ((stamp.index, stamp.id.clone()), stamp)));
    }
    Ok(stamps)
}

async fn write(shared: &Shared, generation: Generation, documents: Vec<Document>) -> Result<()> {
    match generation {
        Generation::Live => shared.ports.search.write(documents, None).await?,
        Generation::Next => shared.ports.search.fill(documents).await?,
    }
    Ok(())
}

/// Looks through some seconds' worth of the documents of an index behind `after` for those of which nothing is stored;
/// `mend`: and deletes them. Tells where to go on, too.
///
/// # Errors
/// Those of the store and the index.
pub(crate) async fn ghosts(
    app: &App,
    source: &dyn Source,
    index: &'static str,
    generation: Generation,
    after: Option<String>,
    mend: bool,
) -> Result<(Tally, Option<String>)> {
    let (mut tally, mut after) = (Tally::default(), after);
    for _ in 0..LISTS {
        let (found, next) = some_ghosts(app, source, index, generation, after.as_deref(), mend).await?;
        tally.add(found);
        after = next;
        if after.is_none() {
            break;
        }
    }
    Ok((tally, after))
}

async fn some_ghosts(
    app: &App,
    source: &dyn Source,
    index: &'static str,
    generation: Generation,
    after: Option<&str>,
    mend: bool,
) -> Result<(Tally, Option<String>)> {
    let (shared, search) = (&app.shared, &app.shared.ports.search);
    let listed = search.list(index, generation, after, LISTED).await?;
    let next = (listed.len() == LISTED).then(|| listed.last().map(|(id, _)| id.clone())).flatten();
    let ids: Vec<String> = listed.iter().map(|(id, _)| id.clone()).collect();
    let stored = stamps(shared, source, &ids).await?;
    let mut suspects = Vec::new();
    for (id, version) in listed {
        match stored.get(&(index, id.clone())) {
            Some(stamp) if stamp.present && stamp.version < version => suspects.push((id, version, false)),
            Some(stamp) if stamp.present => {}
            _ => suspects.push((id, version, true)),
        }
    }
    let mut tally = Tally::default();
    if suspects.is_empty() {
        return Ok((tally, next));
    }
    if generation == Generation::Live {
        tokio::time::sleep(PATIENCE).await;
    }
    // What has been deleted since it was listed is none.
    let ids: Vec<String> = suspects.iter().map(|(id, ..)| id.clone()).collect();
    let known = search.versions(index, generation, &ids).await?;
    for ((id, version, is_ghost), _) in
        suspects.into_iter().zip(known).filter(|((_, version, _), now)| *now == Some(*version))
    {
        if !is_ghost {
            tally.ahead += 1;
            tally.first.push(format!("ahead {index}/{id}"));
            continue;
        }
        tally.ghosts += 1;
        tally.first.push(format!("ghost {index}/{id}"));
        if mend {
            write(shared, generation, vec![Document { index, id, version: version + 1, source: None }])
                .await?;
            tally.mended += 1;
        }
    }
    Ok((tally, next))
}
