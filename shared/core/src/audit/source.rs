//! Entries as a source of the index.

use cairn_model::{Record, Result, kind::Kind, kinds::audit::ENTRY};
use cairn_ports::{Item, Key, search::Document};
use futures::future::BoxFuture;

use super::{SORT, dump, key};
use crate::framework::{Shared, Source};

/// Entries that are read together. DynamoDB: at most 100.
const TOGETHER: usize = 100;

/// All entries.
pub(crate) struct AuditSource;

impl Source for AuditSource {
    fn kind(&self) -> &'static Kind {
        &ENTRY
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
            let found = shared.ports.store.get(&key(id)).await?;
            found.map(|item| Ok(vec![document(item)?])).transpose()
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
                let keys: Vec<Key> = some.iter().map(|id| key(id)).collect();
                for item in shared.ports.store.batch_get(&keys).await?.into_iter().flatten() {
                    documents.push(document(item)?);
                }
            }
            Ok(documents)
        })
    }
}

fn document(item: Item) -> Result<Document> {
    let id = item.key.partition;
    Ok(dump(Record::from_stored(&ENTRY, &id, item.revision, item.body)?))
}
