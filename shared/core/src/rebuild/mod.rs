//! Indices made anew from the primary storage (ADR 0010), and compared with it.

mod claim;
mod compare;
mod walk;

use std::sync::Arc;

use cairn_model::Result;
use futures::{
    FutureExt as _, StreamExt as _, TryStreamExt as _,
    future::{BoxFuture, ready},
    stream,
};

use crate::{
    app::App,
    framework::{Shared, Source},
};

pub(crate) use claim::give_up;
pub(crate) use compare::{against_live, against_next, ghosts, listed};
use walk::checksum;
pub(crate) use walk::{Places, Tally, walk};

/// Entities that are read together: no more than the index has room for.
const TOGETHER: usize = 100;
/// Of these, so many are under way in each part of a table: some are read while others are written.
const AT_ONCE: usize = 2;

impl App {
    /// Makes every index anew from the primary storage, while nobody else writes; how many documents they hold then.
    ///
    /// # Errors
    /// Those of the store and the index.
    pub async fn rebuild_index(&self) -> Result<u64> {
        let search = &self.shared.ports.search;
        let indices = indices(&self.sources);
        for index in &indices {
            search.begin(index).await?;
        }
        let (mut source, mut places, mut documents) = (0, Places::default(), 0);
        loop {
            documents += walk(self, &self.sources, &mut source, &mut places, fill).await?.documents;
            if places.are_done() && source + 1 >= self.sources.len() {
                break;
            }
        }
        search.flush().await?;
        search.swap(&indices).await?;
        Ok(documents)
    }
}

/// The indices that some sources fill.
pub(crate) fn indices(sources: &[&'static dyn Source]) -> Vec<&'static str> {
    sources.iter().flat_map(|source| source.mappings()).map(|mapping| mapping.index).collect()
}

/// Hands what is stored of some entities to the generations that are being made.
pub(crate) fn fill(
    shared: Arc<Shared>,
    source: &'static dyn Source,
    ids: Vec<String>,
) -> BoxFuture<'static, Result<Tally>> {
    async move {
        let parts: Vec<_> = ids.chunks(TOGETHER).map(<[String]>::to_vec).collect();
        let filled = parts.into_iter().map(|some| fill_some(shared.clone(), source, some));
        let filled = stream::iter(filled).buffer_unordered(AT_ONCE);
        let add = |mut all: Tally, some| {
            all.add(some);
            ready(Ok(all))
        };
        filled.try_fold(Tally::default(), add).await
    }
    .boxed()
}

async fn fill_some(shared: Arc<Shared>, source: &'static dyn Source, ids: Vec<String>) -> Result<Tally> {
    let documents = source.all_documents(&shared, &ids).await?;
    let mut tally = Tally { entities: ids.len() as u64, ..Tally::default() };
    for document in documents.iter().filter(|document| document.source.is_some()) {
        tally.documents += 1;
        tally.sum = tally.sum.wrapping_add(checksum(document.index, &document.id, document.version));
    }
    shared.ports.search.fill(documents).await?;
    Ok(tally)
}
