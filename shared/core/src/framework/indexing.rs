//! From committed states to the index: directly after a commit, and again from the outbox.

use std::time::Duration;

use cairn_model::{Error, Result, UserId, mapping::Mapping};
use cairn_ports::search::Document;
use serde_json::Value;
use tokio::time::timeout;

use super::{
    entries::Entries,
    family::{Family, State},
    shared::Shared,
    source::Stamp,
};

/// A request waits so long for an index that does not answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What everything beside the entity itself may add to an index version; more counts as that much.
const OTHERS: u64 = 10_000_000;

/// The index version of a document: first by the revisions of its entity, which every change of it makes anew and
/// expects to be what it read, then by what else it is made of, which may change meanwhile (ADR 0001).
pub fn index_version(own: u64, others: u64) -> u64 {
    own * OTHERS + others.min(OTHERS - 1)
}

impl Family {
    /// The documents of this family, one per index: what is not there is deleted there.
    ///
    /// # Errors
    /// What a field's hook refuses.
    pub fn documents(&self, entries: &Entries) -> Result<Vec<Document>> {
        let kind = self.kinds.record;
        let version = self.index_version();
        let mut documents = Vec::with_capacity(2);
        for (mapping, state) in [(kind.mapping, State::Published), (kind.drafts, State::Draft)] {
            let Some(mapping) = mapping else { continue };
            let source = match self.state(state) {
                Some(_) => Some(Value::Object(self.dump(state, entries)?)),
                None => None,
            };
            documents.push(Document { index: mapping.index, id: self.id.clone(), version, source });
        }
        Ok(documents)
    }
}

impl Family {
    /// The documents of this family, without what is in them.
    pub fn stamps(&self) -> Vec<Stamp> {
        let (kind, version) = (self.kinds.record, self.index_version());
        let places = [(kind.mapping, State::Published), (kind.drafts, State::Draft)];
        let stamp = |(mapping, state): (Option<&'static Mapping>, State)| {
            let (id, present) = (self.id.clone(), self.state(state).is_some());
            Some(Stamp { index: mapping?.index, id, version, present })
        };
        places.into_iter().filter_map(stamp).collect()
    }
}

impl Shared {
    /// Hands a family to the index, best effort: the outbox will do it again.
    pub async fn index_family(&self, family: &Family, entries: &Entries, writer: Option<&UserId>) {
        let documents = family.documents(entries);
        self.index(documents, writer).await;
    }

    /// Hands documents to the index, best effort, as long as a caller may be kept waiting.
    pub async fn index(&self, documents: Result<Vec<Document>>, writer: Option<&UserId>) {
        let written = match documents {
            Ok(documents) => match timeout(PATIENCE, self.ports.search.write(documents, writer)).await {
                Ok(written) => written.map_err(Into::into),
                Err(_) => Err(Error::Unavailable("the search index does not answer".into())),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "not indexed at once, the outbox will do it: {error}");
        }
    }
}
