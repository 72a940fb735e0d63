//! What is said about a file is changed; its content stays.

use cairn_model::{
    Identity, Pid, Result,
    files::{Change, Entry},
};
use cairn_ports::Item;
use serde_json::json;

use super::{Files, Mount, Opened, Shown, open::Access, reserve::Delta, start::stored};
use crate::framework::Attempt;

impl Files {
    /// Changes what is said about a file.
    ///
    /// # Errors
    /// Those of [`Files::read`]; [`cairn_model::Error::Forbidden`] for a file that was published.
    pub async fn update(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        key: &str,
        change: &Change,
    ) -> Result<Shown> {
        let (opened, entry) = self.shared.attempt(|| self.try_update(who, pid, mount, key, change)).await?;
        self.show(&opened, &entry, 1).await
    }

    async fn try_update(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        key: &str,
        change: &Change,
    ) -> Result<(Opened, Entry), Attempt> {
        let opened = self.open(who, pid, mount, Access::Write, &[key]).await?;
        let seen = opened.file(key)?;
        let mut entry = seen.entry.clone();
        entry.metadata = change.metadata.clone().or(entry.metadata);
        entry.hidden = change.hidden.unwrap_or(entry.hidden);
        if entry == seen.entry {
            return Ok((opened, entry));
        }
        if !seen.own {
            opened.require_unlocked()?;
        }
        entry.updated = self.shared.now();
        let (expect, revision) = opened.expected(0);
        let mut work = self.shared.work();
        work.put(Item::new(opened.file_key(key), revision, stored(&entry)?), expect);
        opened.count(&mut work, Delta::default());
        self.emit(&mut work, "draft.file_updated", &opened, who, json!({"set": opened.own(), "key": key}));
        self.commit_change(work, &opened).await?;
        Ok((opened, entry))
    }
}
