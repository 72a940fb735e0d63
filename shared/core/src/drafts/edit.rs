//! Opening a published record for editing.

use cairn_model::{
    Error, Identity, Pid, Projection, Result, Revision, actions::CURATE, fields::deletion::is_deleted,
};
use cairn_ports::Expect;

use super::{Drafts, Outcome};
use crate::framework::{Attempt, State};

impl Drafts {
    /// Makes an edit draft of a record, or gives the one there is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what was never published, [`Error::Denied`].
    pub async fn edit(&self, who: &Identity, pid: &Pid) -> Result<Projection> {
        let outcome = self.shared.attempt(|| self.try_edit(who, pid)).await?;
        self.answer(outcome, State::Draft, who).await
    }

    async fn try_edit(&self, who: &Identity, pid: &Pid) -> Result<Outcome, Attempt> {
        let (mut family, entries) =
            self.shared.family(self.kinds, pid).await?.ok_or_else(Error::unknown_pid)?;
        let record = family.record.as_ref().ok_or_else(Error::unknown_pid)?;
        family.require(who, CURATE, record)?;
        if is_deleted(record) {
            return Err(Error::Denied.into());
        }
        if family.draft.is_some() {
            return Ok(Outcome { family, entries, errors: Vec::new() });
        }
        let now = self.shared.now();
        let mut draft = record.clone();
        (draft.created, draft.updated) = (family.draft_created.unwrap_or(now), now);
        draft.revision = family.draft_revision.next();
        let expect = match family.draft_revision {
            Revision(0) => Expect::Absent,
            last => Expect::At(last),
        };
        self.each(|component| component.edit(record, &mut draft))?;
        self.allot(who, &family.parent, &mut draft).await?;
        let mut work = self.shared.work();
        self.put_draft(&mut work, &mut draft, None, expect)?;
        family.draft_revision = draft.revision;
        family.draft = Some(draft);
        self.emit(&mut work, "draft.created", &family, who);
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(Outcome { family, entries, errors: Vec::new() })
    }
}
