//! Files whose content never came, and counters of layers that never had a file.

use cairn_model::{
    Identity, Pid, Result, Revision,
    files::{Entry, HEAD, Totals, entry},
    kinds::FILES,
};
use cairn_ports::{
    Expect, Key, StoreError,
    store::{Cursor, Segment},
};
use serde_json::json;

use super::Swept;
use crate::files::{
    DAY, Files,
    delete::is_owned,
    reserve::{Delta, Most, counts},
};

/// Items read at once.
const PAGE: usize = 200;
/// Seconds after a publication in which nobody still writes to what it has locked: a request has 30.
const LOCKED_FOR: i64 = 3_600;

impl Files {
    /// Takes out files that have waited for their content for `days`, and gives back what they had reserved.
    ///
    /// # Errors
    /// Those of store and object storage.
    pub(super) async fn sweep_pending(&self, after: Option<&str>, days: i64) -> Result<Swept> {
        let after = after.map(|after| Cursor(after.to_owned()));
        let page = self.shared.ports.store.scan_segment(FILES, Segment::WHOLE, after.as_ref(), PAGE).await?;
        let mut swept = Swept { next: page.next.map(|Cursor(next)| next), ..Swept::default() };
        for item in page.items {
            let (key, revision) = (item.key.clone(), item.revision);
            if key.sort == HEAD {
                swept.removed += u64::from(self.forget_empty(key, &Totals::of(&item.counters)).await?);
                continue;
            }
            let Some(entry) = entry(&item.into())? else { continue };
            swept.seen += 1;
            // Before what it shares with another is swept.
            if entry.is_complete() && !is_owned(&entry, &key.partition) {
                self.follow(&key.partition, &entry, revision).await?;
                continue;
            }
            if !entry.is_complete() && self.is_older(entry.updated, days.saturating_mul(DAY)) {
                swept.removed += u64::from(self.give_back(key, revision, &entry).await?);
            }
        }
        Ok(swept)
    }

    /// Whether it was taken out: somebody may have gone on with it.
    async fn give_back(&self, key: Key, revision: Revision, entry: &Entry) -> Result<bool> {
        let set = key.partition.clone();
        let mut work = self.shared.work();
        work.delete(key, Expect::At(revision));
        let back = Delta::of(std::slice::from_ref(entry)).back();
        work.count_all(Key::new(FILES, &set, HEAD), counts(back, Most::ANY));
        let id = set.split('.').next().unwrap_or_default();
        let data = json!({"set": set, "keys": [entry.key], "objects": [entry.object]});
        let subject = self.kinds.subject(id);
        work.emit(self.shared.moment("draft.files_deleted", subject, &Identity::system(), data));
        match self.shared.ports.store.commit(&work).await {
            Ok(()) => {}
            Err(StoreError::Conflict(_)) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        self.abort(entry).await?;
        Ok(true)
    }

    /// Publishing locks the newest layer even if that has nothing, so that whoever is just about to write to it fails. Once
    /// that is over, and the version names the layer no more, nobody needs its counters.
    async fn forget_empty(&self, head: Key, totals: &Totals) -> Result<bool> {
        // The lock is all that ever happened to it.
        if totals.locked == 0 || totals.changes != 1 || totals.count > 0 {
            return Ok(false);
        }
        let Some(id) = head.partition.split('.').next().and_then(|id| Pid::parse(id).ok()) else {
            return Ok(false);
        };
        let versions = self.versions(&id).await?;
        let is_recent = |at: cairn_model::Timestamp| !self.is_older(at, LOCKED_FOR);
        if versions.states().any(|state| is_recent(state.updated))
            || Self::named(&versions)?.contains(&head.partition)
        {
            return Ok(false);
        }
        let mut work = self.shared.work();
        work.delete(head, Expect::Any);
        self.shared.ports.store.commit(&work).await?;
        Ok(true)
    }
}
