//! Deletion of published records: a tombstone is left, records come back, or go for good.

mod bury;
mod citation;
mod purge;
mod restore;

use std::sync::Arc;

use cairn_model::{
    Error, Identity, Pid, Record, Result,
    fields::{
        deletion::{Buried, DeletionStatus, Tombstone},
        versions::{Family as FamilyField, Member, Version},
    },
    policy::Action,
};
use cairn_ports::{Expect, Work};
use serde_json::{Value, json};

use crate::framework::{Attempt, Component, Entries, Family, Kinds, Shared, State};

pub use bury::Withdrawn;

/// InvenioRDM's words for what is deleted already, and for what is not.
const UNEXPECTED: &str = "Record in unexpected deletion status.";

/// The service.
pub struct Deletion {
    shared: Arc<Shared>,
    kinds: Kinds,
    components: &'static [&'static dyn Component],
}

/// A published record on its way into another state.
struct Opened {
    family: Family,
    entries: Entries,
    record: Record,
}

impl Deletion {
    /// The service of published records of `kinds`.
    pub fn new(shared: Arc<Shared>, kinds: Kinds, components: &'static [&'static dyn Component]) -> Self {
        Self { shared, kinds, components }
    }

    /// A published record, for those who may do this to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is not published, [`Error::Denied`].
    async fn open(&self, who: &Identity, pid: &Pid, action: Action) -> Result<Opened> {
        let found = self.shared.family(self.kinds, pid).await?;
        let (family, entries) = found.ok_or_else(Error::unknown_pid)?;
        let state = family.record.as_ref().or(family.draft.as_ref()).ok_or_else(Error::unknown_pid)?;
        family.require(who, action, state)?;
        let record = family.record.clone();
        let record =
            record.ok_or_else(|| Error::NotFound("The persistent identifier is not registered.".into()))?;
        Ok(Opened { family, entries, record })
    }

    /// Stores the record in its next state, `status` with `tombstone` or published without one, and what follows from it
    /// for its family.
    async fn settle(
        &self,
        who: &Identity,
        opened: Opened,
        work: Work,
        (status, tombstone): (Option<&str>, Option<Buried>),
        (kind, facts): (&str, Value),
    ) -> Result<Opened, Attempt> {
        let Opened { mut family, entries, mut record } = opened;
        let (mut work, now) = (work, self.shared.now());
        let before = family.record.as_ref().ok_or_else(Error::unknown_pid)?;
        let expect = Expect::At(before.revision);
        (record.revision, record.updated) = (before.revision.next(), now);
        for key in ["deletion_status", "tombstone"] {
            record.document.shift_remove(key);
        }
        if let Some(status) = status {
            record.set::<DeletionStatus>(&status.to_owned())?;
        }
        if let Some(tombstone) = &tombstone {
            record.set::<Tombstone>(tombstone)?;
        }
        // Of what is purged there is no history either.
        let kept = (kind != purge::EVENT).then_some(before);
        self.shared.put_state(&mut work, self.kinds, State::Published, &mut record, kept, expect)?;
        let mut state = family.parent.get::<FamilyField>()?.unwrap_or_default();
        let latest = state.latest.clone();
        let index = record.get::<Version>()?.map_or(1, |version| version.index);
        state.delete(Member { deleted: status.is_some(), ..Member::new(&record.id, index) });
        family.parent.set::<FamilyField>(&state)?;
        family.parent.updated = now;
        self.shared.put_parent(&mut work, self.kinds, &mut family.parent)?;
        family.record = Some(record.clone());
        self.shared.emit(&mut work, kind, &family, who, facts);
        let others = [latest, state.latest].into_iter().flatten().map(|member| member.id);
        let mut others: Vec<String> = others.filter(|id| *id != family.id).collect();
        others.dedup();
        for other in others {
            self.shared.tell(&mut work, &other, &family, who);
        }
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(Opened { family, entries, record })
    }

    /// Takes the draft of a record away, with the sets of files that only it had.
    fn without_draft(&self, work: &mut Work, family: &mut Family) -> Result<Vec<String>> {
        let Some(draft) = family.draft.take() else { return Ok(Vec::new()) };
        family.draft_revision = self.shared.discard(work, self.kinds, &draft, family.draft_revision, false);
        let mut left = Vec::new();
        for component in self.components {
            left.extend(component.leaves(&draft)?);
        }
        Ok(left)
    }
}

/// What an event tells of a deletion.
fn facts(tombstone: &Buried, sets: &[String]) -> Value {
    let reason = tombstone.removal_reason.as_ref().map(|reason| &reason.id);
    let policy = tombstone.deletion_policy.as_ref().map(|policy| &policy.id);
    json!({"reason": reason, "policy": policy, "is_visible": tombstone.is_visible, "sets": sets})
}
