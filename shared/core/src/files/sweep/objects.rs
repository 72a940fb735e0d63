//! Objects that nobody names, and uploads that nobody waits for.

use std::collections::BTreeMap;

use cairn_model::{
    Result,
    files::{Entry, HEAD, entry},
    kinds::{FILES, TABLES},
    objects::Place,
};
use cairn_ports::{
    Objects,
    objects::{Listed, Upload},
    overflow::{self, BODIES},
    store::Page,
};

use super::Swept;
use crate::{
    bus::ARCHIVE,
    files::{DAY, Files, OBJECTS, REPLIES},
};

/// How old an object has to be that nobody names, in seconds: its file may just be about to be committed.
const OBJECT_AGE: i64 = DAY;
/// How old a document has to be that no item names, in seconds: its work may be about to be committed, again and again
/// for 10 minutes.
const BODY_AGE: i64 = 3_600;
/// How long a file's old object stays after the file was moved, in seconds: addresses of it are good for 15 minutes, and a
/// request that has read the file may still sign one.
const MOVED_AGE: i64 = 3_600;

impl Files {
    /// Removes objects of one prefix that nobody names: no file, no item, no day of the archive. Answers that were too
    /// large for a function are nobody's.
    pub(super) async fn sweep_objects(
        &self,
        location: &str,
        prefix: &'static str,
        after: Option<&str>,
    ) -> Result<Swept> {
        let objects = self.shared.ports.objects.get(location)?;
        let listing = objects.list(prefix, after).await?;
        let mut swept = Swept { next: listing.next, seen: listing.objects.len() as u64, removed: 0 };
        let age = if prefix == BODIES { BODY_AGE } else { OBJECT_AGE };
        let mut sets = BTreeMap::<String, Vec<Entry>>::new();
        for listed in listing.objects {
            if !self.is_older(listed.modified, age) {
                continue;
            }
            let named = match prefix {
                _ if listed.deleted => false,
                REPLIES => false,
                BODIES => self.is_body(objects.as_ref(), &listed).await?,
                ARCHIVE => self.shared.names_archived(&listed.place).await?,
                _ => self.is_of_file(prefix, &listed, &mut sets).await?,
            };
            if !named {
                objects.delete(&listed.place).await?;
                swept.removed += 1;
            }
        }
        Ok(swept)
    }

    /// Whether a file of its set names the object. Sets are read once.
    async fn is_of_file(
        &self,
        prefix: &str,
        listed: &Listed,
        sets: &mut BTreeMap<String, Vec<Entry>>,
    ) -> Result<bool> {
        let set = listed.place.key[prefix.len()..].split('/').next().unwrap_or_default();
        if !sets.contains_key(set) {
            sets.insert(set.to_owned(), self.entries_of(set).await?);
        }
        Ok(sets.get(set).is_some_and(|entries| entries.iter().any(|entry| self.names(entry, listed))))
    }

    /// Whether the item that the object was made for names it still. Items name the newest version.
    async fn is_body(&self, objects: &dyn Objects, listed: &Listed) -> Result<bool> {
        if !listed.latest {
            return Ok(false);
        }
        match overflow::owner(objects, &listed.place, listed.size, TABLES).await? {
            Some(owner) => Ok(self.shared.ports.store.names_body(&owner, &listed.place.key).await?),
            // It does not say whose it is: nothing is known of it.
            None => Ok(true),
        }
    }

    /// Gives up uploads in parts that no pending file waits for.
    ///
    /// # Errors
    /// Those of store and object storage.
    pub(super) async fn sweep_uploads(&self, location: &str) -> Result<Swept> {
        let objects = self.shared.ports.objects.get(location)?;
        let mut swept = Swept::default();
        for upload in objects.uploads(OBJECTS).await? {
            swept.seen += 1;
            if upload.begun.is_none_or(|begun| !self.is_older(begun, OBJECT_AGE)) {
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

    /// Whether a file's bytes are, were a moment ago, or may become this version of this object.
    fn names(&self, entry: &Entry, listed: &Listed) -> bool {
        let is = |place: &Place| {
            let Place { location, key, version } = place;
            listed.place.location == *location
                && listed.place.key == *key
                && (version.is_none() || listed.place.version == *version)
        };
        let Place { location, key, .. } = &entry.object;
        if !entry.is_complete() {
            let rest = listed.place.key.strip_prefix(key.as_str());
            return listed.place.location == *location
                && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        }
        let moved = entry.moved.as_ref().filter(|moved| !self.is_older(moved.at, MOVED_AGE));
        is(&entry.object) || moved.is_some_and(|moved| is(&moved.from))
    }
}
