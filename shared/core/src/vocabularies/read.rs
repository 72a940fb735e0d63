//! An entry of a vocabulary.

use cairn_model::{Error, Identity, Projection, Record, Result, kinds::entries::READ, relation};

use super::{Vocabularies, Vocabulary, about};
use crate::framework::{Entries, Shared};

impl Vocabularies {
    /// Reads an entry.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Gone`] once deleted, [`Error::Denied`] for unlisted entries and names.
    pub async fn read(&self, who: &Identity, vocabulary: &Vocabulary, id: &str) -> Result<Projection> {
        self.require(who, READ, &about(vocabulary))?;
        let (entry, entries) = self.load(vocabulary, id).await?;
        self.require(who, READ, &entry.document)?;
        Ok(self.project(&entry, &entries, who))
    }

    /// An entry that is there, with what it refers to.
    pub(super) async fn load(&self, vocabulary: &Vocabulary, id: &str) -> Result<(Record, Entries)> {
        let unknown = || unknown(vocabulary);
        // Longer ids than a key may have cannot exist; the same goes for none at all.
        if id.is_empty() || id.len() > 1_024 {
            return Err(unknown());
        }
        let key = self.key(vocabulary.id, id);
        let item = self.shared.ports.store.get(&key).await?.ok_or_else(unknown)?;
        let entry = Shared::record(self.kind, &item.key.partition.clone(), item)?;
        if entry.document.contains_key("deleted") {
            return Err(Error::Gone { message: "The record has been deleted.".into(), tombstone: None });
        }
        let references = relation::references(self.kind.relations, &entry.document);
        let (entries, _) = self.shared.entries_and(&references, Vec::new()).await?;
        Ok((entry, entries))
    }
}

/// InvenioRDM has two wordings, by vocabulary.
fn unknown(vocabulary: &Vocabulary) -> Error {
    match vocabulary.id {
        "names" | "affiliations" | "funders" | "awards" => Error::NotFound("Not found.".into()),
        _ => Error::unknown_pid(),
    }
}
