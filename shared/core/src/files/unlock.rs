//! Files of a published record can be changed in its draft, once an administrator says so.
//! `InvenioRDM`: policy `file-modification-admin-v1`, lifecycle reference §7.

use cairn_model::{Error, Identity, Pid, Result, Revision, metadata::load_comment};
use serde_json::{Map, Value};

use super::{Files, Mount, open::Access};
use crate::framework::{Attempt, State};

/// The files of a draft.
const DRAFT: Mount = Mount { state: State::Draft, set: "files" };

impl Files {
    /// Unlocks the files of the draft of a published record; gives what was said of it.
    ///
    /// # Errors
    /// [`Error::Denied`] for all but administrators; [`Error::NotFound`] where there is no draft of a published record;
    /// [`Error::Invalid`] for a comment that says too little.
    pub async fn unlock(&self, who: &Identity, pid: &Pid, body: &Map<String, Value>) -> Result<String> {
        who.require_administrator()?;
        let comment = load_comment(body)?;
        self.shared.attempt(|| self.try_unlock(who, pid)).await?;
        Ok(comment)
    }

    async fn try_unlock(&self, who: &Identity, pid: &Pid) -> Result<(), Attempt> {
        let opened = self.open(who, pid, DRAFT, Access::Write, &[]).await.map_err(|error| match error {
            Error::NotFound(_) => Error::NotFound("Not found.".into()),
            other => other,
        })?;
        if opened.family.record.is_none() {
            return Err(Error::NotFound("Not found.".into()).into());
        }
        if !opened.set.locked {
            return Ok(());
        }
        let mut work = self.shared.work();
        self.change_set(&mut work, &opened, |set, _| set.locked = false)?;
        let subject = self.kinds.subject(pid.as_str());
        let revision = Revision(opened.family.draft_revision.0 + 1);
        work.emit(self.shared.event("draft.files_unlocked", subject, who, revision, Value::Null));
        self.shared.commit(work, Vec::new(), None).await
    }
}
