//! Entries as a source of the index.

use cairn_model::{Record, Result, kind::Kind, kinds::entries::ENTRY, relation};
use cairn_ports::{Key, search::Document};
use futures::future::BoxFuture;

use super::dump;
use crate::framework::{Shared, Source, Touches, entries::SORT, indexing::index_version};

/// Entries that are read together.
const TOGETHER: usize = 100;

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

    fn all_documents<'a>(
        &'a self,
        shared: &'a Shared,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Document>>> {
        Box::pin(async move {
            let mut documents = Vec::with_capacity(ids.len());
            for some in ids.chunks(TOGETHER) {
                let keys: Vec<Key> = some.iter().map(|id| Key::new(ENTRY.table, id, SORT)).collect();
                let items = shared.ports.store.batch_get(&keys).await?.into_iter().flatten();
                let read = items.map(|item| Shared::record(&ENTRY, &item.key.partition.clone(), item));
                let read: Vec<Record> = read.collect::<Result<_>>()?;
                let of = |entry: &Record| relation::references(ENTRY.relations, &entry.document);
                let references: Vec<_> = read.iter().flat_map(of).collect();
                let (entries, _) = shared.entries_and(&references, Vec::new()).await?;
                documents.extend(read.iter().map(|entry| dump(entry, &entries)));
            }
            Ok(documents)
        })
    }
}
