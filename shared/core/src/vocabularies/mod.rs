//! Vocabularies: controlled lists of entries that records refer to.

mod bulk;
mod catalogue;
mod dumps;
mod identified;
mod launch;
mod read;
mod search;
mod source;
mod write;

use std::sync::Arc;

use cairn_model::{
    Error, Identity, Projection, Record, Result,
    kind::Kind,
    policy::{Action, Subject},
};
use cairn_ports::Key;
use serde_json::{Map, Value, json};

use crate::framework::{
    Entries, Shared,
    entries::{SORT, full_id},
};

pub(crate) use bulk::{Wanted, Written};
pub use catalogue::{VOCABULARIES, Vocabulary, find};
pub use dumps::{dump, load};
pub(crate) use source::EntrySource;

/// The service of vocabularies.
pub struct Vocabularies {
    shared: Arc<Shared>,
    kind: &'static Kind,
}

impl Vocabularies {
    /// The service of entries of `kind`.
    pub fn new(shared: Arc<Shared>, kind: &'static Kind) -> Self {
        Self { shared, kind }
    }

    fn key(&self, vocabulary: &str, id: &str) -> Key {
        Key::new(self.kind.table, full_id(vocabulary, id), SORT)
    }

    fn allows(&self, who: &Identity, action: Action, document: &Map<String, Value>) -> bool {
        self.kind.policy.allows(who, action, Subject::document(document))
    }

    fn require(&self, who: &Identity, action: Action, document: &Map<String, Value>) -> Result<()> {
        if self.allows(who, action, document) { Ok(()) } else { Err(Error::Denied) }
    }

    fn project(&self, entry: &Record, entries: &Entries, who: &Identity) -> Projection {
        let id = entry.document.get("id").and_then(Value::as_str).unwrap_or_default();
        Projection::of(self.kind, id, entry.revision, dumps::shown(entry, entries), who)
    }
}

/// What policy has to know of a vocabulary as a whole.
fn about(vocabulary: &Vocabulary) -> Map<String, Value> {
    Map::from_iter([("vocabulary".to_owned(), json!(vocabulary.id))])
}
