//! Drafts: created, read, saved, discarded, published; and records opened for editing.

mod allot;
mod create;
mod delete;
mod edit;
mod faults;
mod lift;
mod new_version;
mod publish;
mod read;
mod reserve;
mod update;

use std::{collections::HashMap, sync::Arc};

use cairn_model::{
    Error, FieldError, Identity, Pid, Projection, Record, Result,
    fields::versions::{Family as FamilyField, FamilyState},
    relation,
};
use cairn_ports::{Count, Expect, Item, Key, Work};
use futures::future::try_join;
use serde_json::{Map, Value, json};

pub use faults::Faults;

use crate::framework::{
    Claim, Component, Entries, Family, Kinds, Once, Shared, Stage, State, Step,
    beside::{Beside, counted, note, partitions},
    family::Versions,
};

/// The service of one kind with drafts.
pub struct Drafts {
    shared: Arc<Shared>,
    kinds: Kinds,
    components: &'static [&'static dyn Component],
}

/// What a save or a publication was made of, beside the draft itself.
pub(crate) struct Outcome {
    family: Family,
    entries: Entries,
    errors: Vec<FieldError>,
}

/// What components found while looking at a draft.
#[derive(Default)]
struct Findings {
    errors: Vec<FieldError>,
    claims: Vec<Claim>,
    releases: Vec<(Key, Expect)>,
    counts: Vec<(Key, Vec<Count>)>,
}

/// What a draft refers to, what components want to see, and what is kept beside it.
struct Surroundings {
    entries: Entries,
    parent: Option<Item>,
    found: HashMap<Key, Item>,
    beside: Beside,
}

/// The two states of a version and whether the request was answered before.
struct Loaded {
    versions: Versions,
    once: Option<Item>,
}

impl Drafts {
    /// The service of `kinds`. Components run in the order given.
    pub fn new(shared: Arc<Shared>, kinds: Kinds, components: &'static [&'static dyn Component]) -> Self {
        Self { shared, kinds, components }
    }

    /// First trip: both states of a version, and the memory of a repeated request.
    async fn load(&self, pid: &Pid, once: Option<&Once>) -> Result<Loaded> {
        let mut keys = vec![self.kinds.draft_key(pid.as_str()), self.kinds.record_key(pid.as_str())];
        keys.extend(once.map(|once| once.key().clone()));
        let mut items = self.shared.ports.store.batch_get(&keys).await?.into_iter();
        let mut next = || items.next().flatten();
        let (draft, record, once) = (next(), next(), next());
        Ok(Loaded { versions: Versions::from_items(self.kinds, pid.as_str(), draft, record)?, once })
    }

    /// Second trip: the parent, and all that `draft` refers to or that components want to see.
    async fn surroundings(&self, parent_id: Option<&str>, documents: &[&Record]) -> Result<Surroundings> {
        let references: Vec<_> = documents
            .iter()
            .flat_map(|record| relation::references(self.kinds.record.relations, &record.document))
            .collect();
        let mut keys: Vec<Key> = parent_id.map(|id| self.kinds.parent_key(id)).into_iter().collect();
        if let Some(draft) = documents.first() {
            keys.extend(self.components.iter().flat_map(|component| component.lookups(draft)));
        }
        keys.dedup();
        let counters = counted(documents.iter().copied());
        let before = keys.len();
        keys.extend(counters);
        let ((entries, mut items), mut beside) = try_join(
            self.shared.entries_and(&references, keys),
            self.shared.beside(partitions(documents.iter().copied())),
        )
        .await?;
        note(&mut beside, items.split_off(before));
        let mut items = items.into_iter();
        let parent = if parent_id.is_some() { items.next().flatten() } else { None };
        let found = items.flatten().map(|item| (item.key.clone(), item)).collect();
        Ok(Surroundings { entries, parent, found, beside })
    }

    /// Lets `act` run over every component in their order.
    fn each(&self, mut act: impl FnMut(&dyn Component) -> Result<()>) -> Result<()> {
        self.components.iter().try_for_each(|component| act(*component))
    }

    /// Every component takes its part of `input` and notes what is wrong with it.
    fn take(
        &self,
        stage: Stage,
        who: &Identity,
        input: &Map<String, Value>,
        draft: &mut Record,
        record: Option<&Record>,
    ) -> Result<Findings> {
        let (mut findings, found) = (Findings::default(), HashMap::new());
        let mut step = self.step(stage, who, record, &found, &mut findings);
        self.each(|component| component.save(&mut step, input, draft))?;
        Ok(findings)
    }

    fn step<'a>(
        &'a self,
        stage: Stage,
        who: &'a Identity,
        record: Option<&'a Record>,
        found: &'a HashMap<Key, Item>,
        findings: &'a mut Findings,
    ) -> Step<'a> {
        let Findings { errors, claims, releases, counts } = findings;
        let (now, settings) = (self.shared.now(), &self.shared.settings);
        let custom_fields = &self.shared.ports.custom_fields;
        Step { who, stage, now, settings, custom_fields, record, found, errors, claims, releases, counts }
    }

    /// Stores the draft with its next revision; what it overwrites goes into the history.
    fn put_draft(
        &self,
        work: &mut Work,
        draft: &mut Record,
        before: Option<&Record>,
        expect: Expect,
    ) -> Result<()> {
        self.shared.put_state(work, self.kinds, State::Draft, draft, before, expect)
    }

    /// Stores the parent with its next revision: what it says of its versions from now on.
    fn put_parent(&self, work: &mut Work, parent: &mut Record, state: &FamilyState) -> Result<()> {
        parent.set::<FamilyField>(state)?;
        self.shared.put_parent(work, self.kinds, parent)
    }

    /// Says what happened to a version.
    fn emit(&self, work: &mut Work, kind: &str, family: &Family, who: &Identity) {
        self.shared.emit(work, kind, family, who, json!({}));
    }

    /// After the commit: index what changed, and show the caller what they may see of it.
    async fn answer(&self, outcome: Outcome, state: State, who: &Identity) -> Result<Projection> {
        let Outcome { family, entries, errors } = outcome;
        self.shared.index_family(&family, &entries, who.id()).await;
        let mut projection = family.project(state, &entries, who)?;
        if !errors.is_empty() {
            projection.insert("errors", json!(errors));
        }
        Ok(projection)
    }

    /// A request that was answered before is answered with the entity as it is now.
    async fn replay(&self, id: &str, preferred: State, who: &Identity) -> Result<Projection> {
        let pid = Pid::parse(id)?;
        let (family, entries) = self.shared.family(self.kinds, &pid).await?.ok_or_else(Error::unknown_pid)?;
        let other = if preferred == State::Draft { State::Published } else { State::Draft };
        let state = if family.state(preferred).is_some() { preferred } else { other };
        let shown = family.state(state).ok_or_else(Error::unknown_pid)?;
        family.require(who, cairn_model::actions::PREVIEW, shown)?;
        Ok(family.project(state, &entries, who)?.as_replay())
    }
}
