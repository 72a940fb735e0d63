//! Entries as a source of the index.

use cairn_model::{Result, kind::Kind, kinds::entries::ENTRY, relation};
use cairn_ports::{Key, search::Document};
use futures::future::BoxFuture;

use super::dump;
use crate::framework::{Shared, Source, Touches, entries::SORT, indexing::index_version};

/// The entries of all vocabularies.
pub(crate) struct EntrySource;

impl Source for EntrySource {
    fn kind(&self) -> &'static Kind {
        &ENTRY
    }

    fn touches<'a>(&'a self, shared: &'a Shared, id: &'a str) -> BoxFuture<'a, Result<Option<Touches>>> {
        Box::pin(async move {
            let key = Key::new(ENTRY.table, id, SORT);
            let Some(item) = shared.ports.store.get(&key).await? else { return Ok(None) };
            let entry = Shared::record(&ENTRY, id, item)?;
            let version = index_version(entry.revision.0, entry.touch);
            Ok(Some(Touches { key, count: entry.touch, version }))
        })
    }

    fn id_of(&self, key: &Key) -> Option<String> {
        (key.sort == SORT).then(|| key.partition.clone())
    }

    fn documents<'a>(
        &'a self,
        shared: &'a Shared,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Vec<Document>>>> {
        Box::pin(async move {
            let Some(item) = shared.ports.store.get(&Key::new(ENTRY.table, id, SORT)).await? else {
                return Ok(None);
            };
            let entry = Shared::record(&ENTRY, id, item)?;
            let references = relation::references(ENTRY.relations, &entry.document);
            let (entries, _) = shared.entries_and(&references, Vec::new()).await?;
            Ok(Some(vec![dump(&entry, &entries)]))
        })
    }
}
