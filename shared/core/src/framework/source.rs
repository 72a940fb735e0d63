//! Sources of the index: what of the primary storage is indexed, one collection each.

use cairn_model::{
    Pid, Result, Table, fields::versions::Family as FamilyField, kind::Kind, mapping::Mapping,
};
use cairn_ports::{Key, search::Document};
use futures::future::BoxFuture;

use super::{
    families::Read,
    family::{DRAFT, Family, Kinds, RECORD},
    shared::Shared,
};
use crate::jobs::together;

/// Versions of a family that are read together.
const TOGETHER: usize = 100;

/// How often others' changes made the index write an entity anew, as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Touches {
    /// The item beside which they are counted.
    pub key: Key,
    /// How often.
    pub count: u64,
    /// The entity's index version.
    pub version: u64,
}

/// A document of an entity, without what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The index that it belongs to.
    pub index: &'static str,
    /// Its id.
    pub id: String,
    /// Its index version.
    pub version: u64,
    /// It is to be found; else it is to be deleted.
    pub present: bool,
}

/// A collection whose entities are indexed. The relay and the rebuilding of an index know no other way to documents.
pub trait Source: Send + Sync {
    /// The kind of its entities.
    fn kind(&self) -> &'static Kind;

    /// The first segment of the subjects of its events.
    fn collection(&self) -> &'static str {
        self.kind().collection
    }

    /// The table that holds its entities.
    fn table(&self) -> Table {
        self.kind().table
    }

    /// The indices it fills.
    fn mappings(&self) -> Vec<&'static Mapping> {
        [self.kind().mapping, self.kind().drafts].into_iter().flatten().collect()
    }

    /// Where changes are counted of what the entity shows of others. `None` where nothing is stored, and where nothing
    /// of others is shown.
    ///
    /// # Errors
    /// Those of the store; damaged data.
    fn touches<'a>(&'a self, _shared: &'a Shared, _id: &'a str) -> BoxFuture<'a, Result<Option<Touches>>> {
        Box::pin(async { Ok(None) })
    }

    /// The id of the entity that an item of the table is a state of; none for items that are not indexed.
    fn id_of(&self, key: &Key) -> Option<String>;

    /// The documents of an entity as it is stored now, what is to be deleted included. `None` where nothing is stored.
    ///
    /// # Errors
    /// Those of the store; damaged data.
    fn documents<'a>(
        &'a self,
        shared: &'a Shared,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Vec<Document>>>>;

    /// The collection of what several entities belong to: a change of that shows in all of them.
    fn whole(&self) -> Option<&'static str> {
        None
    }

    /// The documents of all entities that belong to one of [`Source::whole`], as they are stored now.
    ///
    /// # Errors
    /// Those of the store; damaged data.
    fn documents_of_whole<'a>(
        &'a self,
        _shared: &'a Shared,
        _id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Document>>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// What [`Source::documents`] gives of some entities, all together.
    ///
    /// # Errors
    /// As [`Source::documents`].
    fn all_documents<'a>(
        &'a self,
        shared: &'a Shared,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Document>>> {
        Box::pin(async move {
            let found = together(ids.iter().map(|id| self.documents(shared, id))).await;
            let found: Vec<_> = found.into_iter().collect::<Result<_>>()?;
            Ok(found.into_iter().flatten().flatten().collect())
        })
    }

    /// The same without what is in them, for those who compare versions only.
    ///
    /// # Errors
    /// As [`Source::documents`].
    fn stamps<'a>(&'a self, shared: &'a Shared, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Stamp>>> {
        Box::pin(async move {
            let documents = self.all_documents(shared, ids).await?;
            let stamp = |Document { index, id, version, source }: Document| Stamp {
                index,
                id,
                version,
                present: source.is_some(),
            };
            Ok(documents.into_iter().map(stamp).collect())
        })
    }
}

/// Versions with draft and record: the documents are those of the family.
impl Source for Kinds {
    fn kind(&self) -> &'static Kind {
        self.record
    }

    fn touches<'a>(&'a self, shared: &'a Shared, id: &'a str) -> BoxFuture<'a, Result<Option<Touches>>> {
        Box::pin(async move {
            let family = shared.family(*self, &Pid::parse(id)?).await?;
            Ok(family.map(|(family, _)| Touches {
                key: self.parent_key(&family.parent.id),
                count: family.parent.touch,
                version: family.index_version(),
            }))
        })
    }

    fn id_of(&self, key: &Key) -> Option<String> {
        let is_state = [DRAFT, RECORD].contains(&key.sort.as_str());
        (is_state && Pid::parse(&key.partition).is_ok()).then(|| key.partition.clone())
    }

    fn documents<'a>(
        &'a self,
        shared: &'a Shared,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Vec<Document>>>> {
        Box::pin(async move {
            let family = shared.family(*self, &Pid::parse(id)?).await?;
            family.map(|(family, entries)| family.documents(&entries)).transpose()
        })
    }

    fn whole(&self) -> Option<&'static str> {
        Some(self.parent.collection)
    }

    fn documents_of_whole<'a>(
        &'a self,
        shared: &'a Shared,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Document>>> {
        Box::pin(async move {
            let Some(item) = shared.ports.store.get(&self.parent_key(id)).await? else {
                return Ok(Vec::new());
            };
            let parent = Shared::record(self.parent, id, item)?;
            let ids = parent.get::<FamilyField>()?.unwrap_or_default().ids();
            let mut documents = Vec::new();
            for some in ids.chunks(TOGETHER) {
                documents.extend(self.all_documents(shared, some).await?);
            }
            Ok(documents)
        })
    }

    fn all_documents<'a>(
        &'a self,
        shared: &'a Shared,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Document>>> {
        Box::pin(async move {
            let (families, entries) = shared.families(*self, ids, Read::Everything).await?;
            let documents = families.into_iter().map(|family| family.into_documents(&entries));
            Ok(documents.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
        })
    }

    fn stamps<'a>(&'a self, shared: &'a Shared, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Stamp>>> {
        Box::pin(async move {
            let (families, _) = shared.families(*self, ids, Read::Versions).await?;
            Ok(families.iter().flat_map(Family::stamps).collect())
        })
    }
}
