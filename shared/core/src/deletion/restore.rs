//! A deleted record comes back as it was.

use cairn_model::{
    Error, Identity, Pid, Projection, Result,
    actions::DELETE,
    fields::deletion::{DELETED, DeletionStatus},
};
use serde_json::json;

use super::{Deletion, UNEXPECTED};
use crate::framework::{Attempt, State};

impl Deletion {
    /// Restores a record.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`]; [`Error::BadRequest`] for what is not deleted, or purged.
    pub async fn restore(&self, who: &Identity, pid: &Pid) -> Result<Projection> {
        self.shared.attempt(|| self.try_restore(who, pid)).await
    }

    async fn try_restore(&self, who: &Identity, pid: &Pid) -> Result<Projection, Attempt> {
        let opened = self.open(who, pid, DELETE).await?;
        if opened.record.get::<DeletionStatus>()?.as_deref() != Some(DELETED) {
            return Err(Error::BadRequest(UNEXPECTED.into()).into());
        }
        let said = ("record.restored", json!({}));
        let settled = self.settle(who, opened, self.shared.work(), (None, None), said).await?;
        self.shared.index_family(&settled.family, &settled.entries, who.id()).await;
        Ok(settled.family.project(State::Published, &settled.entries, who)?)
    }
}
