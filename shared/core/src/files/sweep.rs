//! What was begun and left, and what nobody names: pending files, uploads and objects are removed after some days.

use std::collections::BTreeMap;

use cairn_model::{
    Identity, Result, Revision,
    files::{Entry, HEAD, entry},
    kinds::FILES,
    objects::Place,
};
use cairn_ports::{
    Expect, Key, StoreError,
    objects::{Listed, Upload},
    store::{Cursor, Page, Segment},
};
use serde_json::json;

use super::{
    Files, OBJECTS, PARTS, REPLIES,
    reserve::{Delta, Most, counts},
};

/// Items read at once.
const PAGE: usize = 200;
const WHOLE: Segment = Segment { index: 0, of: 1 };
/// How old an object has to be that nobody names, in seconds: its file may just be about to be committed.
const OBJECT_AGE: i64 = 24 * 3_600;

/// What a piece of a sweep came to.
#[derive(Debug, Default)]
pub(crate) struct Swept {
    /// What was looked at.
    pub(crate) seen: u64,
    /// What was removed.
    pub(crate) removed: u64,
    /// Where to go on.
    pub(crate) next: Option<String>,
}

impl Files {
    /// Takes out files that have waited for their content for `days`, and gives back what they had reserved.
    ///
    /// # Errors
    /// Those of store and object storage.
    pub(crate) async fn sweep_pending(&self, after: Option<&str>, days: i64) -> Result<Swept> {
        let after = after.map(|after| Cursor(after.to_owned()));
        let page = self.shared.ports.store.scan_segment(FILES, WHOLE, after.as_ref(), PAGE).await?;
        let mut swept = Swept { next: page.next.map(|Cursor(next)| next), ..Swept::default() };
        for item in page.items {
            let (key, revision) = (item.key.clone(), item.revision);
            let Some(entry) = entry(&item.into())? else { continue };
            swept.seen += 1;
            if !entry.is_complete() && self.is_older(entry.updated.seconds(), days * 24 * 3_600) {
                swept.removed += u64::from(self.give_back(key, revision, &entry).await?);
            }
        }
        Ok(swept)
    }

    fn is_older(&self, than: i64, seconds: i64) -> bool {
        self.shared.now().seconds() - than >= seconds
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

    /// Removes objects that no file names, and answers that were too large for a function, of one prefix.
    ///
    /// # Errors
    /// Those of store and object storage.
    pub(crate) async fn sweep_objects(&self, prefix: &'static str, after: Option<&str>) -> Result<Swept> {
        let objects = self.shared.ports.objects.home()?;
        let listing = objects.list(prefix, after).await?;
        let mut swept = Swept { next: listing.next, seen: listing.objects.len() as u64, removed: 0 };
        let mut named = BTreeMap::<String, Vec<Entry>>::new();
        for listed in listing.objects {
            if !self.is_older(listed.modified.seconds(), OBJECT_AGE) {
                continue;
            }
            let set = listed.place.key[prefix.len()..].split('/').next().unwrap_or_default().to_owned();
            if prefix != REPLIES && !named.contains_key(&set) {
                let entries = self.entries_of(&set).await?;
                named.insert(set.clone(), entries);
            }
            if !named.get(&set).is_some_and(|entries| entries.iter().any(|entry| names(entry, &listed))) {
                objects.delete(&listed.place).await?;
                swept.removed += 1;
            }
        }
        Ok(swept)
    }

    /// Gives up uploads in parts that no pending file waits for.
    ///
    /// # Errors
    /// Those of store and object storage.
    pub(crate) async fn sweep_uploads(&self) -> Result<Swept> {
        let objects = self.shared.ports.objects.home()?;
        let mut swept = Swept::default();
        for upload in objects.uploads(OBJECTS).await? {
            swept.seen += 1;
            let young = |begun| !self.is_older(begun, OBJECT_AGE);
            if upload.begun.is_none_or(|begun| young(begun.seconds())) {
                continue;
            }
            if !self.waits_for(&upload).await? {
                objects.abort(&upload).await?;
                swept.removed += 1;
            }
        }
        Ok(swept)
    }

    async fn waits_for(&self, upload: &Upload) -> Result<bool> {
        let set = upload.key[OBJECTS.len()..].split('/').next().unwrap_or_default();
        let entries = self.entries_of(set).await?;
        Ok(entries
            .iter()
            .any(|entry| !entry.is_complete() && entry.transfer.upload.as_ref() == Some(&upload.id)))
    }

    async fn entries_of(&self, set: &str) -> Result<Vec<Entry>> {
        let (mut entries, mut after) = (Vec::new(), Some(HEAD.to_owned()));
        while let Some(place) = after {
            let page = Page { after: Some(place), ..Page::default() };
            let found = self.shared.ports.store.query(FILES, set, &page).await?;
            for item in found.items {
                entries.extend(entry(&item.into())?);
            }
            after = found.next;
        }
        Ok(entries)
    }
}

/// Whether a file's bytes are, or may become, this version of this object.
fn names(entry: &Entry, listed: &Listed) -> bool {
    let Place { key, version, .. } = &entry.object;
    let is_part = listed.place.key.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('/'));
    if !entry.is_complete() {
        return !listed.deleted && (listed.place.key == *key || is_part);
    }
    !listed.deleted && listed.place.key == *key && (version.is_none() || listed.place.version == *version)
}

/// The prefixes whose objects are swept, in their order.
pub(crate) const SWEPT: [&str; 3] = [OBJECTS, PARTS, REPLIES];
