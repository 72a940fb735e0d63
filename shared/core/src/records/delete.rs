//! Published records are not deleted like drafts: what was cited leaves a tombstone.

use cairn_model::{Error, Identity, Pid, Result};

use super::Records;

impl Records {
    /// Refuses to delete a record: only the system may, and it has no way to ask.
    ///
    /// # Errors
    /// As reading the record; else always [`Error::Denied`].
    pub async fn delete(&self, who: &Identity, pid: &Pid) -> Result<()> {
        self.read(who, pid).await?;
        Err(Error::Denied)
    }
}
