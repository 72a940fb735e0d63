//! Commit: what has arrived becomes the file, and will not change.

use cairn_model::{
    Error, Identity, Pid, Result,
    files::{Entry, Kind, Status, Transfer},
    objects::{Checksums, Place},
};
use cairn_ports::{Expect, Item, objects::Facts};
use serde_json::{Value, json};

use super::{
    Files, Mount, Opened, PARTS, Shown,
    open::{Access, Seen},
    reserve::{Delta, signed},
    start::stored,
};
use crate::framework::Attempt;

impl Files {
    /// Commits a file. Doing it again answers the same.
    ///
    /// # Errors
    /// [`Error::BadRequest`] where the content is not there, is not what was declared, or is too much.
    pub async fn commit(&self, who: &Identity, pid: &Pid, mount: Mount, key: &str) -> Result<Shown> {
        let (opened, entry, is_new) = self.shared.attempt(|| self.try_commit(who, pid, mount, key)).await?;
        let mut shown = self.show(&opened, &entry, 1).await?;
        // Nobody has looked into it yet. InvenioRDM: exchange 081; 082 when asked again.
        if is_new && entry.metadata.is_none() {
            shown.json.insert("metadata".into(), Value::Null);
        }
        Ok(shown)
    }

    /// The file, and whether it was not committed before.
    async fn try_commit(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        key: &str,
    ) -> Result<(Opened, Entry, bool), Attempt> {
        let opened = self.open(who, pid, mount, Access::Write, &[key]).await?;
        opened.require_enabled()?;
        let seen = opened.file(key)?;
        if seen.entry.is_complete() {
            return Ok((opened, seen.entry, false));
        }
        opened.require_unlocked()?;
        let (place, facts) = self.arrival(&seen.entry).await?;
        let entry = self.commit_arrived(who, &opened, &seen, place, &facts).await?;
        Ok((opened, entry, true))
    }

    /// Makes a file what has arrived.
    pub(super) async fn commit_arrived(
        &self,
        who: &Identity,
        opened: &Opened,
        seen: &Seen,
        place: Place,
        facts: &Facts,
    ) -> Result<Entry, Attempt> {
        let entry = self.completed(opened, &seen.entry, place, facts)?;
        let key = &entry.key;
        let mut work = self.shared.work();
        let item = Item::new(opened.file_key(key), seen.revision.next(), stored(&entry)?);
        work.put(item, Expect::At(seen.revision));
        let more = signed(entry.reserved) - signed(seen.entry.reserved);
        opened.count(&mut work, Delta { bytes: more, pending: -1, ..Delta::default() });
        let parts = seen.entry.object.key.starts_with(PARTS).then_some(&seen.entry.object);
        let data = json!({"set": opened.own(), "key": key, "parts": parts});
        self.emit(&mut work, "draft.file_committed", opened, who, data);
        self.commit_change(work, opened).await?;
        Ok(entry)
    }

    /// What has arrived of a file.
    async fn arrival(&self, entry: &Entry) -> Result<(Place, Facts)> {
        let missing = || Error::BadRequest(format!("File with key \"{}\" is not available.", entry.key));
        match entry.transfer.kind {
            Kind::Multipart => self.join_parts(entry).await,
            Kind::Local => {
                let objects = self.objects_at(&entry.object)?;
                let facts = objects.head(&entry.object).await?.ok_or_else(missing)?;
                Ok((entry.object.clone(), facts))
            }
            Kind::Fetch | Kind::Remote => Err(missing()),
        }
    }

    /// The file as it is from now on.
    fn completed(&self, opened: &Opened, entry: &Entry, place: Place, facts: &Facts) -> Result<Entry> {
        if let Some(size) = entry.declared.size.filter(|size| *size != facts.size) {
            let message =
                format!("File with key \"{}\" has {} bytes instead of {size}.", entry.key, facts.size);
            return Err(Error::BadRequest(message));
        }
        if let Some(declared) = &entry.declared.checksum
            && let Some(name) = of_declared(declared).differs(&facts.checksums)
        {
            let message = format!("File with key \"{}\" has another {name} than declared.", entry.key);
            return Err(Error::BadRequest(message));
        }
        if facts.size > opened.bounds.quota.file_bytes {
            return Err(Error::BadRequest("Maximum file size exceeded.".into()));
        }
        Ok(Entry {
            status: Status::Completed,
            // Once it is here it is no link.
            transfer: Transfer { url: None, ..entry.transfer.clone() },
            updated: self.shared.now(),
            object: Place { version: facts.version.clone(), ..place },
            size: Some(facts.size),
            reserved: facts.size,
            checksums: facts.checksums.clone(),
            ..entry.clone()
        })
    }

    /// Says what happened to a file of a version, which is indexed again.
    pub(super) fn emit(
        &self,
        work: &mut cairn_ports::Work,
        kind: &str,
        opened: &Opened,
        who: &Identity,
        data: Value,
    ) {
        let revision = cairn_model::Revision(opened.family.index_version() + opened.totals.changes + 1);
        let subject = self.kinds.subject(&opened.family.id);
        work.emit(self.shared.event(kind, subject, who, revision, data));
    }
}

/// A checksum as clients write it, `md5:<hex>`. Of algorithms that nobody computes nothing is known.
pub(super) fn of_declared(text: &str) -> Checksums {
    let (name, value) = text.split_once(':').unwrap_or(("md5", text));
    let value = Some(value.to_ascii_lowercase());
    match name.to_ascii_lowercase().as_str() {
        "md5" => Checksums { md5: value, ..Checksums::default() },
        "sha256" | "sha-256" => Checksums { sha256: value, ..Checksums::default() },
        "crc32" => Checksums { crc32: value, ..Checksums::default() },
        "crc64nvme" => Checksums { crc64nvme: value, ..Checksums::default() },
        _ => Checksums::default(),
    }
}
