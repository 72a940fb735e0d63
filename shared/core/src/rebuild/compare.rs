//! The index beside the primary storage, document by document: what it lacks, has as it was, or has no more reason to have.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use cairn_model::Result;
use cairn_ports::search::{Document, Generation};
use futures::{FutureExt, future::BoxFuture};

use super::{
    TOGETHER,
    walk::{Tally, checksum},
};
use crate::{
    app::App,
    framework::{Shared, Source, Stamp},
};

/// How long what was just written may need to reach the live index before that counts as a difference.
const PATIENCE: Duration = Duration::from_millis(500);
/// Documents that are listed at a time.
const LISTED: usize = 2_000;
/// The same where they are not looked up in the store.
const LOOKED_AT: usize = 10_000;
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
        tally.mended = differing.len() as u64;
        mend_all(&shared, source, generation, differing).await?;
    }
    Ok(tally)
}

/// Writes documents anew that a generation lacks or has as they were.
async fn mend_all(
    shared: &Shared,
    source: &dyn Source,
    generation: Generation,
    differing: Vec<(String, &'static str, bool)>,
) -> Result<()> {
    let differing: BTreeSet<_> = differing.into_iter().map(|(id, index, _)| (id, index)).collect();
    let mut ids: Vec<String> = differing.iter().map(|(id, _)| id.clone()).collect();
    ids.dedup();
    for some in ids.chunks(TOGETHER) {
        let mut documents = source.all_documents(shared, some).await?;
        documents.retain(|document| differing.contains(&(document.id.clone(), document.index)));
        write(shared, generation, documents).await?;
    }
    Ok(())
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

/// Counts and sums up some seconds' worth of the documents of a generation behind `after`. Tells where to go on, too.
///
/// # Errors
/// Those of the index.
pub(crate) async fn listed(
    app: &App,
    index: &'static str,
    generation: Generation,
    mut after: Option<String>,
) -> Result<(Tally, Option<String>)> {
    let mut tally = Tally::default();
    for _ in 0..LISTS {
        let page = app.shared.ports.search.list(index, generation, after.as_deref(), LOOKED_AT).await?;
        tally.documents += page.len() as u64;
        for (id, version) in &page {
            tally.sum = tally.sum.wrapping_add(checksum(index, id, *version));
        }
        after = (page.len() == LOOKED_AT).then(|| page.last().map(|(id, _)| id.clone())).flatten();
        if after.is_none() {
            break;
        }
    }
    Ok((tally, after))
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
    let mut graves = Vec::new();
    for ((id, version, is_ghost), _) in
        suspects.into_iter().zip(known).filter(|((_, version, _), now)| *now == Some(*version))
    {
        let (count, kind) = if is_ghost { (&mut tally.ghosts, "ghost") } else { (&mut tally.ahead, "ahead") };
        *count += 1;
        tally.first.push(format!("{kind} {index}/{id}"));
        if is_ghost {
            graves.push(Document { index, id, version: version + 1, source: None });
        }
    }
    if mend {
        tally.mended = graves.len() as u64;
        for some in graves.chunks(TOGETHER) {
            write(shared, generation, some.to_vec()).await?;
        }
    }
    Ok((tally, next))
}
