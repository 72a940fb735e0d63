//! Files of a published record can be changed in its draft, once an administrator says so, or its owner for a while.
//! `InvenioRDM`: policies `file-modification-admin-v1` and `file-modification-grace-period-v1`, lifecycle reference §7.

use cairn_model::{
    Error, Identity, Pid, Record, Result, Revision, actions::WITHDRAW, metadata::load_comment,
};
use chrono::{Days, NaiveDate};
use serde_json::{Map, Value};

use super::{Files, Mount, Opened, open::Access};
use crate::framework::{Attempt, State};

/// The files of a draft.
const DRAFT: Mount = Mount { state: State::Draft, set: "files" };
/// The policy by which administrators unlock files.
const ADMIN: &str = "file-modification-admin-v1";
/// The policy by which owners do.
const GRACE_PERIOD: &str = "file-modification-grace-period-v1";
/// Days that owners have to publish what they changed, beyond those in which they may begin.
const TO_PUBLISH: u64 = 15;

/// Files that were unlocked: what was said of it, and by which policy.
pub struct Unlocked {
    /// Why.
    pub comment: String,
    /// The policy's id.
    pub policy: &'static str,
}

impl Files {
    /// Unlocks the files of the draft of a published record.
    ///
    /// # Errors
    /// [`Error::Denied`] for all but administrators, and owners as long as the site lets them; [`Error::NotFound`] where
    /// there is no draft of a published record; [`Error::Invalid`] for a comment that says too little.
    pub async fn unlock(&self, who: &Identity, pid: &Pid, body: &Map<String, Value>) -> Result<Unlocked> {
        if self.shared.settings.file_modification_days == 0 {
            who.require_administrator()?;
        }
        let comment = load_comment(body);
        let policy = self.shared.attempt(|| self.try_unlock(who, pid, comment.is_ok())).await?;
        Ok(Unlocked { comment: comment?, policy })
    }

    /// What is not meant goes no further than asking whether it would be allowed.
    async fn try_unlock(&self, who: &Identity, pid: &Pid, is_meant: bool) -> Result<&'static str, Attempt> {
        let opened = self.open(who, pid, DRAFT, Access::Write, &[]).await.map_err(|error| match error {
            Error::NotFound(_) => Error::NotFound("Not found.".into()),
            other => other,
        })?;
        let Some(record) = &opened.family.record else {
            return Err(Error::NotFound("Not found.".into()).into());
        };
        let (policy, until) = self.modification(who, &opened, record)?;
        if !is_meant || (!opened.set.locked && (until.is_some() || opened.set.until.is_none())) {
            return Ok(policy);
        }
        let mut work = self.shared.work();
        self.change_set(&mut work, &opened, |set, _| (set.locked, set.until) = (false, until))?;
        let subject = self.kinds.subject(pid.as_str());
        let revision = Revision(opened.family.draft_revision.0 + 1);
        work.emit(self.shared.event("draft.files_unlocked", subject, who, revision, Value::Null));
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(policy)
    }

    /// By which policy the caller may change published files, and until when the change is to be published.
    fn modification(
        &self,
        who: &Identity,
        opened: &Opened,
        record: &Record,
    ) -> Result<(&'static str, Option<NaiveDate>)> {
        if who.is_administrator() {
            return Ok((ADMIN, None));
        }
        opened.family.require(who, WITHDRAW, record)?;
        let days = self.shared.settings.file_modification_days;
        let published = record.created.day();
        if (self.shared.now().day() - published).num_days() > i64::from(days) {
            return Err(Error::Denied);
        }
        Ok((GRACE_PERIOD, published.checked_add_days(Days::new(u64::from(days) + TO_PUBLISH))))
    }
}
