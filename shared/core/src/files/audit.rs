//! Fixity: stored bytes are compared with their checksums, file by file, again and again.

use cairn_model::{
    Error, Result, Revision,
    files::{Check, Entry, entry},
    kinds::FILES,
};
use cairn_ports::{
    Expect, Item, Key, StoreError, Work,
    store::{Cursor, Segment},
};

use super::{DAY, Files, delete::is_owned, start::stored};

/// Items read at once.
const PAGE: usize = 50;
/// Most bytes that one step reads: a step has 15 minutes.
const MOST_BYTES: u64 = 4_000_000_000;

/// What a piece of an audit, or of a check of links, came to.
#[derive(Debug, Default)]
pub(crate) struct Audited {
    /// Files that were looked at.
    pub(crate) checked: u64,
    /// Files that were looked at not long ago.
    pub(crate) fresh: u64,
    /// What is wrong: set, name and fault.
    pub(crate) faults: Vec<(String, String, String)>,
    /// Where to go on.
    pub(crate) next: Option<String>,
}

impl Files {
    /// Looks at some files that were not looked at for `days`.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn audit(&self, after: Option<&str>, days: i64) -> Result<Audited> {
        let cursor = after.map(|after| Cursor(after.to_owned()));
        let mut audited = Audited::default();
        let mut read = 0;
        let mut after = cursor;
        while read < MOST_BYTES {
            let page =
                self.shared.ports.store.scan_segment(FILES, Segment::WHOLE, after.as_ref(), PAGE).await?;
            for item in page.items {
                read += self.audit_item(item, days, &mut audited).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(audited);
            }
        }
        audited.next = after.map(|Cursor(after)| after);
        Ok(audited)
    }

    /// Looks at one file, if it is one and is due; tells how many bytes that were.
    async fn audit_item(&self, item: Item, days: i64, audited: &mut Audited) -> Result<u64> {
        let (key, revision) = (item.key.clone(), item.revision);
        let Some(entry) = entry(&item.into())? else { return Ok(0) };
        // What lies below is looked at where it belongs.
        if !entry.is_complete() || entry.transfer.url.is_some() || !is_owned(&entry, &key.partition) {
            return Ok(0);
        }
        let due = |check: &Check| self.is_older(check.at, days.saturating_mul(DAY));
        if !entry.checked.as_ref().is_none_or(due) {
            audited.fresh += 1;
            return Ok(0);
        }
        let fault = self.fault_of(&entry).await?;
        audited.checked += 1;
        if let Some(fault) = &fault {
            tracing::error!(
                damaged_files = 1_u64,
                set = key.partition,
                file = entry.file_id,
                "a stored file is damaged: {fault}"
            );
            self.report_fault(&key.partition, &entry, fault).await?;
            audited.faults.push((key.partition.clone(), entry.key.clone(), fault.clone()));
        }
        let size = entry.size.unwrap_or(0);
        self.note_check(key, revision, entry, fault).await?;
        Ok(size.max(1))
    }

    /// What is wrong with the bytes of a file.
    async fn fault_of(&self, entry: &Entry) -> Result<Option<String>> {
        let facts = match self.objects_at(&entry.object)?.head(&entry.object).await {
            Ok(Some(facts)) => facts,
            Ok(None) => return Ok(Some("it is missing".into())),
            Err(error) => return self.unreadable(entry, error.into()).await.map(Some),
        };
        let size = entry.size.unwrap_or(0);
        if facts.size != size {
            return Ok(Some(format!("it has {} bytes instead of {size}", facts.size)));
        }
        Ok(match self.digest(entry).await {
            Ok(found) => entry.checksums.differs(&found).map(|name| format!("its {name} has changed")),
            Err(error) => Some(self.unreadable(entry, error).await?),
        })
    }

    /// What is said of a file that the storage does not give out, though it answers otherwise.
    ///
    /// # Errors
    /// The error, if the storage answers nothing at all: that says nothing of the file.
    pub(super) async fn unreadable(&self, entry: &Entry, error: Error) -> Result<String> {
        match self.objects_at(&entry.object)?.list(&entry.object.key, None).await {
            Ok(_) => Ok("it is missing or truncated: the storage cannot read it".into()),
            Err(_) => Err(error),
        }
    }

    /// Remembers the check. Who changed the file meanwhile has made it due again.
    async fn note_check(
        &self,
        key: Key,
        revision: Revision,
        entry: Entry,
        fault: Option<String>,
    ) -> Result<()> {
        let entry = Entry { checked: Some(Check { at: self.shared.now(), fault }), ..entry };
        self.note(self.shared.work(), key, revision, &entry).await
    }

    /// Stores what was found out about a file, with what else is in `work`, unless somebody has changed the file.
    pub(super) async fn note(
        &self,
        mut work: Work,
        key: Key,
        revision: Revision,
        entry: &Entry,
    ) -> Result<()> {
        work.put(Item::new(key, revision.next(), stored(entry)?), Expect::At(revision));
        match self.shared.ports.store.commit(&work).await {
            Ok(()) | Err(StoreError::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
