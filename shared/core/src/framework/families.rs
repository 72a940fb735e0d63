//! Many families read together, for those who go through all there are.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use cairn_model::{Result, relation};
use cairn_ports::{Item, Key};
use futures::future::try_join;

use super::{
    beside::{counted, note, partitions},
    entries::Entries,
    family::{Family, Kinds, Versions},
    shared::Shared,
};

/// Whether to read what the states of a family refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// All that their documents are made of.
    Everything,
    /// All but the entries: the versions of the documents are known.
    Versions,
}

impl Shared {
    /// Families, in as many trips as one of them takes: all states first, then the parents and all that they refer to, so
    /// that nothing is older than what it belongs to. Those of which nothing is stored are left out.
    ///
    /// # Errors
    /// As [`Shared::family`].
    pub async fn families(&self, kinds: Kinds, ids: &[String], read: Read) -> Result<(Vec<Family>, Entries)> {
        let keys = ids.iter().flat_map(|id| [kinds.draft_key(id), kinds.record_key(id)]).collect();
        let (_, items) = self.entries_and(&[], keys).await?;
        let mut items = items.into_iter();
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let (draft, record) = (items.next().flatten(), items.next().flatten());
            let versions = Versions::from_items(kinds, id, draft, record)?;
            if let Some(parent) = versions.parent_id()? {
                found.push((id, parent, versions));
            }
        }
        let (entries, parents, beside) = {
            let states = || found.iter().flat_map(|(_, _, versions)| versions.states());
            let references: HashSet<_> = match read {
                Read::Everything => states()
                    .flat_map(|state| relation::references(kinds.record.relations, &state.document))
                    .collect(),
                Read::Versions => HashSet::new(),
            };
            let references: Vec<_> = references.into_iter().collect();
            let parents: BTreeSet<&String> = found.iter().map(|(_, parent, _)| parent).collect();
            let keys = parents.iter().map(|parent| kinds.parent_key(parent));
            let keys: Vec<Key> = keys.chain(counted(states())).collect();
            let ((entries, mut items), mut beside) =
                try_join(self.entries_and(&references, keys), self.beside(partitions(states()))).await?;
            note(&mut beside, items.split_off(parents.len()));
            let parents: BTreeMap<String, Option<Item>> = parents.into_iter().cloned().zip(items).collect();
            (entries, parents, beside)
        };
        let mut families = Vec::with_capacity(found.len());
        for (id, parent, mut versions) in found {
            versions.attach(&beside);
            let parent = parents.get(&parent).cloned().flatten();
            families.extend(self.with_parent(kinds, id, versions, parent).await?);
        }
        Ok((families, entries))
    }
}
