//! Files are started: a name is taken, quota is reserved, and the way is told by which the bytes come.

use std::time::Duration;

use cairn_model::{
    Error, Identity, Pid, Result,
    files::{Declared, Entry, Kind, Start, Status, Transfer},
    objects::{Checksums, Place},
};
use cairn_ports::{Expect, Item, ObjectError, objects::SMALLEST_PART};
use serde_json::json;

use super::{
    Files, List, Mount, OBJECTS, Opened, PARTS, Wanted,
    open::Access,
    parts::upload_of,
    reserve::{Delta, too_many},
};
use crate::framework::Attempt;

/// Most files that one transaction starts: 100 changes, less the counters and the event.
const TOGETHER: usize = 98;
/// The same where some are to be fetched: each of these has an event of its own.
const FETCHED_TOGETHER: usize = 49;
/// Most bytes of a file whose parts are too small for the storage: they are joined in memory (design §7).
const SMALL_PARTS: u64 = 50_000_000;

impl Files {
    /// Starts files, all or none; answers with the whole list.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for names that are taken, too many files, too many bytes; those of [`Files::list`].
    pub async fn start(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        starts: Result<Vec<Start>>,
    ) -> Result<List> {
        self.shared.attempt(|| self.try_start(who, pid, mount, &starts)).await?;
        self.list(who, pid, mount, &Wanted::default()).await
    }

    pub(super) async fn try_start(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        starts: &Result<Vec<Start>>,
    ) -> Result<(), Attempt> {
        let known = starts.as_deref().unwrap_or_default();
        let names: Vec<&str> = known.iter().map(|start| start.key.as_str()).collect();
        let opened = self.open(who, pid, mount, Access::Write, &names).await?;
        opened.require_enabled()?;
        // What is wrong with the body is said to those who may do this.
        let starts = starts.as_ref().map_err(Clone::clone)?;
        for (at, start) in starts.iter().enumerate() {
            if opened.seen(at)?.is_some() {
                return Err(exists(&start.key).into());
            }
            self.check(who, &opened, start)?;
        }
        if opened.totals.count + starts.len() as u64 > opened.bounds.quota.files {
            return Err(too_many().into());
        }
        let mut entries = Vec::with_capacity(starts.len());
        for (at, start) in (0..).zip(starts) {
            entries.push(self.entry(&opened, start, at).await?);
        }
        let committed = self.commit_started(who, opened, &entries).await;
        if committed.is_err() {
            self.give_up(&entries).await;
        }
        committed
    }

    /// In one transaction, unless there are too many for one: then those before are taken back if one fails.
    async fn commit_started(
        &self,
        who: &Identity,
        mut opened: Opened,
        entries: &[Entry],
    ) -> Result<(), Attempt> {
        let is_fetched = |entry: &Entry| entry.transfer.kind == Kind::Fetch;
        let together = if entries.iter().any(is_fetched) { FETCHED_TOGETHER } else { TOGETHER };
        for first in (0..entries.len()).step_by(together) {
            let some = &entries[first..entries.len().min(first + together)];
            let mut work = self.shared.work();
            for (at, entry) in (first..).zip(some) {
                let (expect, revision) = opened.expected(at);
                work.put(Item::new(opened.file_key(&entry.key), revision, stored(entry)?), expect);
            }
            opened.count(&mut work, Delta::of(some));
            for entry in some.iter().filter(|entry| is_fetched(entry)) {
                let media = opened.mount.set == "media_files";
                let data = json!({"set": opened.own(), "key": entry.key, "media": media});
                self.emit(&mut work, "draft.file_due", &opened, who, data);
            }
            if let Err(failed) = self.commit_change(work, &opened).await {
                self.take_back(&opened, &entries[..first]).await;
                return Err(failed);
            }
            opened.head.get_or_insert(opened.totals);
        }
        Ok(())
    }

    /// Who may send how, and how much.
    pub(super) fn check(&self, who: &Identity, opened: &Opened, start: &Start) -> Result<()> {
        let transfer = &start.transfer;
        if let Some(url) = &transfer.url {
            let reach =
                url::Url::parse(url).ok().and_then(|url| self.shared.settings.remote_hosts.reach_of(&url));
            if reach.is_none() {
                return Err(Error::field("0.transfer.url", "Domain not allowed"));
            }
            if !who.is_administrator() {
                return Err(Error::Denied);
            }
        }
        let most = opened.bounds.quota.file_bytes;
        if start.size.is_some_and(|size| size > most) {
            return Err(Error::BadRequest("Maximum file size exceeded.".into()));
        }
        if is_small(transfer) && start.size.is_some_and(|size| size > SMALL_PARTS) {
            let message = "Parts of files above 50 MB need at least 5 MiB each, but the last.";
            return Err(Error::BadRequest(message.into()));
        }
        Ok(())
    }

    /// Each begins a microsecond after the one before it: so they keep the order in which they came.
    async fn entry(&self, opened: &Opened, start: &Start, at: u64) -> Result<Entry> {
        let now = self.shared.now().plus(Duration::from_micros(at));
        let ids = &self.shared.ports.ids;
        let remote = start.transfer.kind == Kind::Remote;
        let prefix = if is_small(&start.transfer) { PARTS } else { OBJECTS };
        let object = Place {
            location: self.shared.ports.objects.default.clone(),
            key: format!("{prefix}{}/{}", opened.own(), ids.ulid(now).to_lowercase()),
            version: None,
        };
        let mut transfer = start.transfer.clone();
        if transfer.kind == Kind::Multipart && !is_small(&transfer) {
            let begun = self.shared.ports.objects.home()?.begin(&object.key).await?;
            transfer.upload = Some(begun.id);
        }
        Ok(Entry {
            key: start.key.clone(),
            created: now,
            updated: now,
            status: if remote { Status::Completed } else { Status::Pending },
            transfer,
            metadata: start.metadata.clone(),
            hidden: start.hidden,
            declared: Declared { size: start.size, checksum: start.checksum.clone() },
            reserved: start.size.filter(|_| !remote).unwrap_or(0),
            object,
            file_id: ids.uuid(now),
            version_id: ids.uuid(now),
            size: start.size.filter(|_| remote),
            checksums: Checksums::default(),
            checked: None,
            moved: None,
        })
    }

    /// Uploads that were begun for files that were not started.
    async fn give_up(&self, entries: &[Entry]) {
        for entry in entries {
            if let Err(error) = self.abort(entry).await {
                tracing::warn!(%error, "an upload is left for the sweep: {error}");
            }
        }
    }

    async fn take_back(&self, opened: &Opened, started: &[Entry]) {
        if started.is_empty() {
            return;
        }
        let mut work = self.shared.work();
        for entry in started {
            work.delete(opened.file_key(&entry.key), Expect::Any);
        }
        opened.count(&mut work, Delta::of(started).back());
        if let Err(error) = self.shared.ports.store.commit(&work).await {
            tracing::warn!(%error, "files are left for the sweep: {error}");
        }
    }

    /// Gives up an upload in parts.
    pub(super) async fn abort(&self, entry: &Entry) -> Result<(), ObjectError> {
        match upload_of(entry) {
            Some(upload) => self.objects_at(&entry.object)?.abort(&upload).await,
            None => Ok(()),
        }
    }
}

/// Whether parts are too small for the storage. One part alone may be as small, but goes the way of several.
fn is_small(transfer: &Transfer) -> bool {
    transfer.kind == Kind::Multipart && transfer.part_size.is_some_and(|size| size < SMALLEST_PART)
}

fn exists(key: &str) -> Error {
    Error::BadRequest(format!("File with key {key} already exists."))
}

/// The entry as it is stored.
pub(super) fn stored(entry: &Entry) -> Result<serde_json::Value> {
    serde_json::to_value(entry).map_err(|error| Error::Internal(format!("a file: {error}")))
}
