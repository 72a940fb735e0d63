//! A family: the draft and the published record of one version, and the parent they belong to.

use cairn_model::{
    Error, Identity, Pid, Record, Result, Revision, Timestamp,
    fields::versions::ParentId,
    kind::Kind,
    policy::{Action, Subject},
};
use cairn_ports::{Item, Key};
use futures::future::try_join;
use serde_json::{Map, Value, json};

use super::{
    beside::{Beside, attach, counted, note, partitions},
    entries::Entries,
    indexing::index_version,
    shared::Shared,
};

/// Place of the published record within its partition.
pub(super) const RECORD: &str = "record";
/// Place of the draft within its partition.
pub(super) const DRAFT: &str = "draft";
/// Place of a parent within its partition.
const PARENT: &str = "parent";

/// The two kinds of a family: its versions and its parent.
#[derive(Clone, Copy)]
pub struct Kinds {
    /// Drafts and records.
    pub record: &'static Kind,
    /// Their parent.
    pub parent: &'static Kind,
}

impl Kinds {
    /// Where the published record is.
    pub fn record_key(&self, id: &str) -> Key {
        Key::new(self.record.table, id, RECORD)
    }

    /// Where the draft is.
    pub fn draft_key(&self, id: &str) -> Key {
        Key::new(self.record.table, id, DRAFT)
    }

    /// Where the parent is.
    pub fn parent_key(&self, id: &str) -> Key {
        Key::new(self.parent.table, id, PARENT)
    }

    /// Where an overwritten state is kept: partition apart, so that reading a record never meets its history.
    pub fn history_key(&self, id: &str, state: State, revision: Revision) -> Key {
        let (partition, prefix) = self.history(id, state);
        Key::new(self.record.table, partition, format!("{prefix}{:012}", revision.0))
    }

    /// Partition and prefix of all overwritten states.
    pub fn history(&self, id: &str, state: State) -> (String, String) {
        let place = if state == State::Draft { DRAFT } else { RECORD };
        (format!("{id}#history"), format!("{place}#"))
    }

    /// What events call the version.
    pub fn subject(&self, id: &str) -> String {
        format!("{}/{id}", self.record.collection)
    }
}

/// Which of the two states of a version is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// What is being worked on.
    Draft,
    /// What is published.
    Published,
}

/// Everything there is of one version.
pub struct Family {
    /// Which kinds it is made of.
    pub kinds: Kinds,
    /// The version's id.
    pub id: String,
    /// The published record, if any.
    pub record: Option<Record>,
    /// The draft, if any.
    pub draft: Option<Record>,
    /// The revision of the draft, or of the last one there was: the next draft counts on from it.
    pub draft_revision: Revision,
    /// When the first draft was begun: whoever edits the version later goes on with it (reference exchange 178).
    pub draft_created: Option<Timestamp>,
    /// The parent.
    pub parent: Record,
}

/// The states of one version before its parent is known.
pub struct Versions {
    /// The published record, if any.
    pub record: Option<Record>,
    /// The draft, if any.
    pub draft: Option<Record>,
    /// See [`Family::draft_revision`].
    pub draft_revision: Revision,
    /// See [`Family::draft_created`].
    pub draft_created: Option<Timestamp>,
}

impl Versions {
    /// Reads what one trip brought from the version's two keys.
    pub fn from_items(kinds: Kinds, id: &str, draft: Option<Item>, record: Option<Item>) -> Result<Self> {
        let read = |item: Item| Shared::record(kinds.record, id, item);
        let draft_revision = draft.as_ref().map_or(Revision(0), |item| item.revision);
        let draft_created =
            draft.as_ref().and_then(|item| serde_json::from_value(item.body["created"].clone()).ok());
        // A draft that was published or discarded leaves its counter behind, so that revisions never repeat.
        let draft = draft.filter(|item| item.body.get("discarded").is_none());
        Ok(Self {
            record: record.map(read).transpose()?,
            draft: draft.map(read).transpose()?,
            draft_revision,
            draft_created,
        })
    }

    /// Gives both states what was read beside them.
    pub fn attach(&mut self, beside: &Beside) {
        for state in [&mut self.draft, &mut self.record].into_iter().flatten() {
            attach(state, beside);
        }
    }

    /// Both states, the draft first.
    pub fn states(&self) -> impl Iterator<Item = &Record> {
        [&self.draft, &self.record].into_iter().flatten()
    }

    /// The id of the parent that the states belong to.
    pub fn parent_id(&self) -> Result<Option<String>> {
        self.draft.as_ref().or(self.record.as_ref()).map_or(Ok(None), Record::get::<ParentId>)
    }

    /// What an action on the draft is told where there is none: the record is published already, or nothing has this
    /// identifier.
    pub fn no_draft(&self) -> Error {
        match self.record {
            Some(_) => Error::NotFound("Not found.".into()),
            None => Error::unknown_pid(),
        }
    }

    fn with_parent(self, kinds: Kinds, id: &str, parent: Item) -> Result<Family> {
        let parent_id = parent.key.partition.clone();
        let parent = Shared::record(kinds.parent, &parent_id, parent)?;
        let Self { record, draft, draft_revision, draft_created } = self;
        Ok(Family { kinds, id: id.to_owned(), record, draft, draft_revision, draft_created, parent })
    }
}

/// The body that stands where a draft was.
pub fn discarded(draft: &Record) -> Value {
    json!({"discarded": true, "created": draft.created})
}

impl Family {
    /// That of a version of which there is a first draft only.
    pub fn begun(kinds: Kinds, draft: Record, parent: Record) -> Self {
        let (draft_revision, draft_created) = (draft.revision, Some(draft.created));
        Self {
            kinds,
            id: draft.id.clone(),
            record: None,
            draft: Some(draft),
            draft_revision,
            draft_created,
            parent,
        }
    }

    /// The state, if it is there.
    pub fn state(&self, state: State) -> Option<&Record> {
        match state {
            State::Draft => self.draft.as_ref(),
            State::Published => self.record.as_ref(),
        }
    }

    /// The version of this family's documents in the index: it grows with every commit to any part of it. What else
    /// they are made of is counted beside the parent, which outlives drafts, and with the files of each state.
    pub fn index_version(&self) -> u64 {
        let record = self.record.as_ref().map_or(0, |record| record.revision.0);
        let beside: u64 = [&self.record, &self.draft].into_iter().flatten().map(Record::changes_beside).sum();
        index_version(record + self.draft_revision.0, self.parent.revision.0 + self.parent.touch + beside)
    }

    /// The caller may do this to this state.
    pub fn allows(&self, who: &Identity, action: Action, state: &Record) -> bool {
        let subject = Subject::with_parent(&state.document, &self.parent.document);
        self.kinds.record.policy.allows(who, action, subject)
    }

    /// The caller may do this to this state.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub fn require(&self, who: &Identity, action: Action, state: &Record) -> Result<()> {
        if self.allows(who, action, state) { Ok(()) } else { Err(Error::Denied) }
    }
}

impl Shared {
    /// Reads a family in two trips: its states, then its parent with everything they refer to.
    /// The child is read before the parent, so that a parent is never older than its child.
    ///
    /// # Errors
    /// `Ok(None)` where there is neither draft nor record; errors of the store.
    pub async fn family(&self, kinds: Kinds, pid: &Pid) -> Result<Option<(Family, Entries)>> {
        let versions = self.versions(kinds, pid.as_str()).await?;
        self.complete(kinds, pid.as_str(), versions).await
    }

    /// The first trip of reading a family: both states.
    ///
    /// # Errors
    /// Those of the store; damaged data.
    pub async fn versions(&self, kinds: Kinds, id: &str) -> Result<Versions> {
        let keys = [kinds.draft_key(id), kinds.record_key(id)];
        let mut items = self.ports.store.batch_get(&keys).await?;
        let (record, draft) = (items.pop().flatten(), items.pop().flatten());
        Versions::from_items(kinds, id, draft, record)
    }

    /// The family that a version makes with its parent, which was read after it. `None` where the parent is not there any
    /// more: a version that was never published goes with its parent, and may do so between the two reads.
    ///
    /// # Errors
    /// [`Error::Internal`] where the version is still there, and only its parent is not.
    pub async fn with_parent(
        &self,
        kinds: Kinds,
        id: &str,
        versions: Versions,
        parent: Option<Item>,
    ) -> Result<Option<Family>> {
        if let Some(parent) = parent {
            return versions.with_parent(kinds, id, parent).map(Some);
        }
        // Both go in one transaction: whoever sees one without the other now sees damage.
        if self.versions(kinds, id).await?.states().next().is_some() {
            return Err(Error::Internal(format!("`{id}` has no parent")));
        }
        Ok(None)
    }

    /// The second trip of reading a family. `None` also where it has gone since the first.
    ///
    /// # Errors
    /// As [`Shared::family`].
    pub async fn complete(
        &self,
        kinds: Kinds,
        id: &str,
        mut versions: Versions,
    ) -> Result<Option<(Family, Entries)>> {
        let Some(parent_id) = versions.parent_id()? else { return Ok(None) };
        let references: Vec<_> = versions
            .states()
            .flat_map(|record| cairn_model::relation::references(kinds.record.relations, &record.document))
            .collect();
        let keys = [kinds.parent_key(&parent_id)].into_iter().chain(counted(versions.states())).collect();
        let ((entries, items), mut beside) =
            try_join(self.entries_and(&references, keys), self.beside(partitions(versions.states()))).await?;
        let mut items = items.into_iter();
        let parent = items.next().flatten();
        note(&mut beside, items);
        versions.attach(&beside);
        let family = self.with_parent(kinds, id, versions, parent).await?;
        Ok(family.map(|family| (family, entries)))
    }
}

impl Family {
    /// Begins the dump of a state: with what [`without_family_keys`] gives, but `metadata`, which is nearly all of it, is
    /// moved there. Nobody looks for it in the state after that; fields' hooks find it in the document.
    pub(super) fn take(&mut self, state: State) -> Option<Map<String, Value>> {
        let state = match state {
            State::Draft => self.draft.as_mut(),
            State::Published => self.record.as_mut(),
        }?;
        let metadata = state.document.get_mut("metadata").map(Value::take);
        let mut begun = without_family_keys(&state.document);
        if let (Some(place), Some(metadata)) = (begun.get_mut("metadata"), metadata) {
            *place = metadata;
        }
        Some(begun)
    }
}

/// The document without the keys in which a version names its family.
pub(super) fn without_family_keys(document: &Map<String, Value>) -> Map<String, Value> {
    document
        .iter()
        .filter(|(key, _)| *key != "parent" && *key != "versions")
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}
