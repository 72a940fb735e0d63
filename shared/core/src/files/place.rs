//! A file in one step, as object storages have it: started, sent and committed, in place of one of the same name.

use cairn_model::{Error, Identity, Pid, Result, files::Start};
use cairn_ports::objects::LARGEST_PUT;

use super::{Files, Mount, Received, Shown, open::Access};

impl Files {
    /// Takes a whole file. Of what comes another way it tells the address; [`Files::commit`] ends it once that is there. What
    /// cannot be taken leaves the file of the same name as it was.
    ///
    /// # Errors
    /// Those of [`Files::start`], [`Files::receive`] and [`Files::commit`]; [`Error::Forbidden`] where files are published.
    pub async fn place(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        start: Start,
        received: Received,
    ) -> Result<(Shown, Option<String>)> {
        let key = start.key.clone();
        let start = Start { size: start.size.or(received.size()), ..start };
        let opened = self.open(who, pid, mount, Access::Write, &[&key]).await?;
        opened.require_enabled()?;
        opened.require_unlocked()?;
        self.check(who, &opened, &start)?;
        if start.size.is_some_and(|size| size > LARGEST_PUT) {
            return Err(Error::BadRequest(
                "Files above 5 GB have to be sent in parts: transfer type M.".into(),
            ));
        }
        if let Some(before) = opened.seen(0)? {
            let others = opened.totals.bytes.saturating_sub(before.entry.reserved);
            if others + start.size.unwrap_or(0) > opened.bounds.quota.bytes {
                return Err(Error::BadRequest("Bucket quota exceeded.".into()));
            }
            self.delete(who, pid, mount, &key).await?;
        }
        let starts = Ok(vec![start]);
        self.shared.attempt(|| self.try_start(who, pid, mount, &starts)).await?;
        match self.receive(who, pid, mount, &key, received).await? {
            (pending, Some(address)) => Ok((pending, Some(address))),
            (_, None) => Ok((self.commit(who, pid, mount, &key).await?, None)),
        }
    }
}
