//! The index follows what is counted: once a minute for a family, however much its records are used.

use cairn_model::{Query, Result, kinds::STATS, query::Edge, record::CHANGES};
use cairn_ports::{
    Expect, Key,
    search::{Search, Sort},
};
use futures::future::try_join_all;

use super::{Stats, count::MOST, total_key};
use crate::framework::{Attempt, Source};

/// Versions that are indexed at a time.
const AT_ONCE: usize = 16;

impl Stats {
    /// Hands every published version of a family to the index again.
    ///
    /// # Errors
    /// Those of store and index.
    pub(crate) async fn refresh(&self, parent: &str) -> Result<()> {
        self.shared.attempt(|| self.begin_refresh(parent)).await?;
        let mut after = Edge::Open;
        loop {
            let ids = self.versions(parent, after).await?;
            let Some(last) = ids.last().cloned() else { return Ok(()) };
            try_join_all(ids.iter().map(|id| self.index(id))).await?;
            after = Edge::Excluded(last);
        }
    }

    /// What is counted from here on is for the next time. The documents' version grows, so that they replace what is there.
    async fn begin_refresh(&self, parent: &str) -> Result<(), Attempt> {
        let due = Key::new(STATS, format!("due#{parent}"), "due");
        let mut work = self.shared.work();
        if let Some(item) = self.shared.ports.store.get(&due).await? {
            work.delete(due, Expect::At(item.revision));
        }
        work.count(total_key(parent), CHANGES, 1, MOST);
        self.shared.commit(work, Vec::new(), None).await
    }

    /// Ids of some published versions of a family. What is published meanwhile is indexed with what is counted.
    async fn versions(&self, parent: &str, after: Edge) -> Result<Vec<String>> {
        let Some(mapping) = self.kinds.record.mapping else { return Ok(Vec::new()) };
        let later = Query::Range { field: "id".into(), from: after, to: Edge::Open };
        let search = Search {
            indices: vec![mapping.index],
            query: Query::all_of([Query::term("parent.id", parent), later]),
            sort: vec![Sort::Field { path: "id".into(), descending: false }],
            size: AT_ONCE,
            ..Search::default()
        };
        let found = self.shared.ports.search.search(&search).await?;
        Ok(found.hits.into_iter().map(|hit| hit.id).collect())
    }

    async fn index(&self, id: &str) -> Result<()> {
        match self.kinds.documents(&self.shared, id).await? {
            Some(documents) => Ok(self.shared.ports.search.write(documents, None).await?),
            None => Ok(()),
        }
    }
}
