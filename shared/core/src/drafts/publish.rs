//! Publishing: the draft becomes the record, in one transaction with everything that depends on it.

use std::collections::HashMap;

use cairn_model::{
    Error, Identity, Pid, Projection, Record, Result, Revision, Timestamp,
    actions::REVIEW,
    fields::{
        deletion::is_deleted,
        versions::{Family as FamilyField, FamilyState, Member, Version, VersionIndex},
    },
    relation,
};
use cairn_ports::{Expect, Item, Key, Work};
use serde_json::json;

use super::{Drafts, Findings, Outcome, Surroundings};
use crate::framework::{Attempt, Family, Once, Stage, State, beside::attach};

impl Drafts {
    /// Publishes a draft.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem, and the draft stays; [`Error::BadRequest`] for references to entries that do
    /// not exist any more; [`Error::NotFound`], [`Error::Denied`].
    pub async fn publish(&self, who: &Identity, pid: &Pid, once: Option<&Once>) -> Result<Projection> {
        match self.shared.attempt(|| self.try_publish(who, pid, once)).await? {
            Some(outcome) => self.answer(*outcome, State::Published, who).await,
            None => self.replay(pid.as_str(), State::Published, who).await,
        }
    }

    async fn try_publish(
        &self,
        who: &Identity,
        pid: &Pid,
        once: Option<&Once>,
    ) -> Result<Option<Box<Outcome>>, Attempt> {
        let now = self.shared.now();
        let loaded = self.load(pid, once).await?;
        let answered = once.map(|once| once.answered(loaded.once.as_ref(), now)).transpose()?.flatten();
        if answered.is_some() {
            return Ok(None);
        }
        let versions = loaded.versions;
        let Some(mut draft) = versions.draft.clone() else {
            // Several items are not read at one instant: another of the same requests may have come in between.
            if self.is_answered(once).await? {
                return Ok(None);
            }
            return Err(versions.no_draft().into());
        };
        let parent_id = versions.parent_id()?;
        let Surroundings { entries, parent, found, beside } =
            self.surroundings(parent_id.as_deref(), &[&draft]).await?;
        attach(&mut draft, &beside);
        let family = self.shared.with_parent(self.kinds, pid.as_str(), versions, parent).await?;
        let mut family = family.ok_or_else(Error::unknown_pid)?;
        family.require(who, REVIEW, &draft)?;
        // Somebody may have opened it for editing while it was deleted.
        if family.record.as_ref().is_some_and(is_deleted) {
            return Err(Error::unknown_pid().into());
        }
        entries.require(&relation::references(draft.kind.relations, &draft.document))?;

        let Completed { mut record, findings, has_grown } =
            self.completed(who, now, &draft, &mut family, &found)?;
        let mut work = self.shared.work();
        for (key, expect) in findings.releases {
            work.delete(key, expect);
        }
        for (key, counts) in findings.counts {
            work.count_all(key, counts);
        }
        self.put_record(&mut work, &mut record, family.record.as_ref())?;
        family.draft_revision =
            self.shared.discard(&mut work, self.kinds, &draft, family.draft_revision, false);
        let before = family.parent.get::<FamilyField>()?.unwrap_or_default().latest;
        self.join_family(&mut work, &mut family, &record, has_grown)?;
        family.draft = None;
        let revision = record.revision;
        family.record = Some(record);
        if let Some(once) = once {
            once.remember(pid.as_str(), loaded.once.as_ref(), now, &mut work);
        }
        let said = json!({"revision_id": revision});
        self.shared.emit(&mut work, "record.published", &family, who, said);
        if has_grown {
            self.shared.tell_all(&mut work, &family, who)?;
        }
        if let Some(before) = before.filter(|before| before.id != family.id) {
            self.shared.tell(&mut work, &before.id, &family, who);
        }
        self.shared.commit(work, findings.claims, None).await?;
        Ok(Some(Box::new(Outcome { family, entries, errors: Vec::new() })))
    }

    /// What the draft becomes, with everything that components add to it and to its parent.
    fn completed(
        &self,
        who: &Identity,
        now: Timestamp,
        draft: &Record,
        family: &mut Family,
        found: &HashMap<Key, Item>,
    ) -> Result<Completed> {
        let mut record = draft.clone();
        record.updated = now;
        record.created = family.record.as_ref().map_or(now, |before| before.created);
        record.revision = family.record.as_ref().map_or(Revision::FIRST, |before| before.revision.next());
        let (mut findings, mut has_grown) = (Findings::default(), false);
        let mut step = self.step(Stage::Publish, who, family.record.as_ref(), found, &mut findings);
        self.each(|component| component.publish(&mut step, draft, &mut record))?;
        let parent = &mut family.parent;
        self.each(|component| {
            has_grown |= component.join(&mut step, draft, &record, parent)?;
            Ok(())
        })?;
        if !findings.errors.is_empty() {
            return Err(Error::Invalid(findings.errors));
        }
        Ok(Completed { record, findings, has_grown })
    }

    async fn is_answered(&self, once: Option<&Once>) -> Result<bool> {
        let Some(once) = once else { return Ok(false) };
        let item = self.shared.ports.store.get(once.key()).await?;
        Ok(once.answered(item.as_ref(), self.shared.now())?.is_some())
    }

    fn put_record(&self, work: &mut Work, record: &mut Record, before: Option<&Record>) -> Result<()> {
        let expect = before.map_or(Expect::Absent, |before| Expect::At(before.revision));
        self.shared.put_state(work, self.kinds, State::Published, record, before, expect)
    }

    /// A version that is published for the first time becomes the latest of its family; a parent that has grown is stored
    /// whichever it is.
    fn join_family(
        &self,
        work: &mut Work,
        family: &mut Family,
        record: &Record,
        has_grown: bool,
    ) -> Result<()> {
        if family.record.is_some() {
            if has_grown {
                family.parent.updated = record.updated;
                self.shared.put_parent(work, self.kinds, &mut family.parent)?;
            }
            return Ok(());
        }
        let index = record.get::<Version>()?.unwrap_or(VersionIndex { index: 1 }).index;
        let member = Member::new(&record.id, index);
        let mut published = family.parent.get::<FamilyField>()?.unwrap_or_default().published;
        published.push(member.clone());
        family.parent.updated = record.updated;
        let state = FamilyState { latest: Some(member), next: None, published };
        self.put_parent(work, &mut family.parent, &state)
    }
}

/// A record that may be published.
struct Completed {
    record: Record,
    findings: Findings,
    /// Its parent has something new, too.
    has_grown: bool,
}
