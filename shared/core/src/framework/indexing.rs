//! From committed states to the index: directly after a commit, and again from the outbox.

use std::time::Duration;

use cairn_model::{Error, Result, UserId, mapping::Mapping};
use cairn_ports::search::Document;
use serde_json::{Map, Value};
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
        let document = |(mapping, state): (&Mapping, State)| {
            let dump = self.state(state).map(|_| self.dump(state, entries)).transpose()?;
            Ok(self.document_for(mapping, dump))
        };
        self.indices().map(document).collect()
    }

    /// The same where the family is wanted for nothing else: they are made of what was read, not of a copy of it.
    ///
    /// # Errors
    /// As [`Family::documents`].
    pub fn into_documents(mut self, entries: &Entries) -> Result<Vec<Document>> {
        let mut documents = Vec::with_capacity(2);
        for (mapping, state) in self.indices() {
            let dump = self.take(state).map(|begun| self.dump_from(state, begun, entries)).transpose()?;
            documents.push(self.document_for(mapping, dump));
        }
        Ok(documents)
    }

    /// The documents of this family, without what is in them.
    pub fn stamps(&self) -> Vec<Stamp> {
        let version = self.index_version();
        let stamp = |(mapping, state): (&Mapping, State)| {
            let (id, present) = (self.id.clone(), self.state(state).is_some());
            Stamp { index: mapping.index, id, version, present }
        };
        self.indices().map(stamp).collect()
    }

    /// The indices that this family has a document for, and the state that it is made of.
    fn indices(&self) -> impl Iterator<Item = (&'static Mapping, State)> + use<> {
        let kind = self.kinds.record;
        let indices = [(kind.mapping, State::Published), (kind.drafts, State::Draft)];
        indices.into_iter().filter_map(|(mapping, state)| Some((mapping?, state)))
    }

    fn document_for(&self, mapping: &Mapping, dump: Option<Map<String, Value>>) -> Document {
        let (id, version) = (self.id.clone(), self.index_version());
        Document { index: mapping.index, id, version, source: dump.map(Value::Object) }
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
