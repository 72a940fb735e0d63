//! The index made anew from the primary storage: on a fresh index, and after a restore.

use cairn_model::Result;
use cairn_ports::store::{Cursor, Segment};

use crate::{app::App, framework::Source};

/// Items read at once.
const BATCH: usize = 200;
const WHOLE: Segment = Segment { index: 0, of: 1 };

impl App {
    /// Hands every entity of the primary storage to the index. Returns how many documents that were.
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

    /// One collection. An entity with several states comes once with each of them.
    async fn rebuild(&self, source: &dyn Source) -> Result<usize> {
        let (mut count, mut cursor) = (0, None::<Cursor>);
        loop {
            let (documents, next) = self.rebuild_piece(source, cursor.as_ref()).await?;
            count += documents;
            cursor = next;
            if cursor.is_none() {
                return Ok(count);
            }
        }
    }

    /// A piece of a collection: how many documents it gave, and where to go on.
    pub(crate) async fn rebuild_piece(
        &self,
        source: &dyn Source,
        after: Option<&Cursor>,
    ) -> Result<(usize, Option<Cursor>)> {
        let scanned = self.shared.ports.store.scan_segment(source.table(), WHOLE, after, BATCH).await?;
        let mut documents = Vec::new();
        for id in scanned.items.iter().filter_map(|item| source.id_of(&item.key)) {
            documents.extend(source.documents(&self.shared, &id).await?.into_iter().flatten());
        }
        let count = documents.len();
        self.shared.ports.search.write(documents, None).await?;
        Ok((count, scanned.next))
    }
}
