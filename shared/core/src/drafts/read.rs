//! A draft, read by those who may preview it.

use cairn_model::{Error, Identity, Pid, Projection, Result, actions::PREVIEW};

use super::Drafts;
use crate::framework::{Entries, Family, State};

impl Drafts {
    /// Reads a draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, [`Error::Denied`].
    pub async fn read(&self, who: &Identity, pid: &Pid) -> Result<Projection> {
        let (family, entries) = self.open(who, pid).await?;
        family.project(State::Draft, &entries, who)
    }

    async fn open(&self, who: &Identity, pid: &Pid) -> Result<(Family, Entries)> {
        let (family, entries) = self.shared.family(self.kinds, pid).await?.ok_or_else(Error::unknown_pid)?;
        let draft = family.draft.as_ref().ok_or_else(Error::unknown_pid)?;
        family.require(who, PREVIEW, draft)?;
        Ok((family, entries))
    }
}
