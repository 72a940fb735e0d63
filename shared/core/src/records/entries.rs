//! What exports say of vocabulary entries beyond what records show.

use cairn_model::{Projection, Result, relation};

use super::Records;

/// Keys of entries that exports are made with: what other vocabularies call an entry, and where a funder is registered.
const LENT: &[&str] = &["props", "identifiers"];

impl Records {
    /// Puts beside the ids of vocabulary entries what exports are made with. All entries are for everybody who may see a
    /// record that refers to them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn lend_entries(&self, records: &mut [Projection]) -> Result<()> {
        let relations = self.kinds.record.relations;
        let mut references: Vec<_> =
            records.iter().flat_map(|record| relation::references(relations, record.document())).collect();
        references.sort();
        references.dedup();
        let (entries, _) = self.shared.entries_and(&references, Vec::new()).await?;
        for record in records {
            relation::lend(relations, record.document_mut(), LENT, &|target, id| entries.get(target, id));
        }
        Ok(())
    }
}
