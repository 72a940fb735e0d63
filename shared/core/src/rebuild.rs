//! The index made anew from the primary storage: on a fresh index, and after a restore.

use std::collections::BTreeSet;

use cairn_model::Result;
use cairn_ports::store::{Cursor, Segment};

use crate::{app::App, framework::Source};

/// Items read at once.
const BATCH: usize = 200;

impl App {
    /// Hands every entity of the primary storage to the index. Returns how many entities that were.
    /// Safe while others write: each document carries its index version.
    ///
    /// # Errors
    /// Those of the store and the index.
    pub async fn rebuild_index(&self) -> Result<usize> {
        let mut count = 0;
        for source in &self.sources {
            count += self.rebuild(*source).await?;
        }
        self.shared.ports.search.flush().await?;
        Ok(count)
    }

    async fn rebuild(&self, source: &dyn Source) -> Result<usize> {
        let (mut count, mut cursor) = (0, None::<Cursor>);
        loop {
            let (entities, next) = self.rebuild_piece(source, cursor.as_ref()).await?;
            count += entities;
            cursor = next;
            if cursor.is_none() {
                return Ok(count);
            }
        }
    }

    /// A piece of a collection: how many entities it has, and where to go on.
    pub(crate) async fn rebuild_piece(
        &self,
        source: &dyn Source,
        after: Option<&Cursor>,
    ) -> Result<(usize, Option<Cursor>)> {
        let scanned =
            self.shared.ports.store.scan_segment(source.table(), Segment::WHOLE, after, BATCH).await?;
        // An entity may have several items, most of them side by side.
        let ids: BTreeSet<String> = scanned.items.iter().filter_map(|item| source.id_of(&item.key)).collect();
        let mut documents = Vec::new();
        for id in &ids {
            documents.extend(source.documents(&self.shared, id).await?.into_iter().flatten());
        }
        self.shared.ports.search.write(documents, None).await?;
        Ok((ids.len(), scanned.next))
    }
}
