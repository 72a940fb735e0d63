//! What nobody names any more is removed, in the background: objects, small parts, whole sets.

use cairn_model::{
    Event, Identity, Pid, Result, Revision,
    fields::files::Files as FilesField,
    files::{Entry, HEAD, entry},
    kinds::FILES,
    objects::Place,
};
use cairn_ports::{Expect, Key, store::Page};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;

use super::{Files, delete::is_owned};
use crate::framework::family::Versions;

/// Most files removed in one transaction.
const TOGETHER: usize = 90;
/// Transactions of one message; what is left is another message's.
const AT_ONCE: usize = 20;
/// Objects removed at a time.
const OBJECTS_AT_ONCE: usize = 8;

impl Files {
    /// Removes objects with all their versions.
    ///
    /// # Errors
    /// Those of the object storage: what was removed before stays so.
    pub(crate) async fn remove_objects(&self, places: Vec<Place>) -> Result<()> {
        let remove = |place: Place| async move { self.remove_object(&place).await };
        stream::iter(places).map(remove).buffer_unordered(OBJECTS_AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(())
    }

    /// Removes whatever there is of a key, and of what begins with it and a slash: small parts.
    async fn remove_object(&self, place: &Place) -> Result<()> {
        let objects = self.objects_at(place)?;
        let mut after = None;
        loop {
            let listing = objects.list(&place.key, after.as_deref()).await?;
            for listed in listing.objects {
                let rest = listed.place.key.strip_prefix(&place.key);
                if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
                    objects.delete(&listed.place).await?;
                }
            }
            match listing.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Removes sets that a version no longer names. What is too much for now is said again, as an event.
    ///
    /// # Errors
    /// Those of store and object storage.
    pub(crate) async fn remove_sets(&self, event: &Event, sets: Vec<String>) -> Result<()> {
        let id = event.subject.rsplit('/').next().unwrap_or_default();
        let named = Self::named(&self.versions(&Pid::parse(id)?).await?)?;
        for set in sets.into_iter().filter(|set| set.starts_with(&format!("{id}.")) && !named.contains(set)) {
            for _ in 0..AT_ONCE {
                if self.remove_some(&set).await? {
                    return self.go_on(event, &set).await;
                }
            }
        }
        Ok(())
    }

    /// Both states of a version.
    pub(super) async fn versions(&self, pid: &Pid) -> Result<Versions> {
        self.shared.versions(self.kinds, pid.as_str()).await
    }

    /// The sets that a version names.
    pub(super) fn named(versions: &Versions) -> Result<Vec<String>> {
        let mut named = Vec::new();
        for state in versions.states() {
            for key in ["files", "media_files"] {
                named.extend(FilesField::of(state, key)?.layers);
            }
        }
        Ok(named)
    }

    /// Removes some files of a set; tells whether there are more.
    async fn remove_some(&self, set: &str) -> Result<bool> {
        let page = Page { limit: TOGETHER, after: Some(HEAD.into()), ..Page::default() };
        let found = self.shared.ports.store.query(FILES, set, &page).await?;
        let mut work = self.shared.work();
        let mut entries = Vec::new();
        for item in found.items {
            work.delete(item.key.clone(), Expect::Any);
            entries.extend(entry(&item.into())?);
        }
        let objects = entries.iter().filter(|entry| is_owned(entry, set)).map(|entry| entry.object.clone());
        self.remove_objects(objects.collect()).await?;
        for entry in &entries {
            self.abort(entry).await?;
        }
        if found.next.is_none() {
            work.delete(Key::new(FILES, set, HEAD), Expect::Any);
        }
        self.shared.ports.store.commit(&work).await?;
        Ok(found.next.is_some())
    }

    async fn go_on(&self, event: &Event, set: &str) -> Result<()> {
        let (subject, who) = (event.subject.clone(), Identity::system());
        Ok(self.shared.say("draft.files_discarded", subject, &who, json!({"sets": [set]})).await?)
    }

    /// Reads a file of a set as it is now.
    pub(super) async fn entry_of(&self, set: &str, key: &str) -> Result<Option<(Entry, Revision)>> {
        let item =
            self.shared.ports.store.get(&Key::new(FILES, set, cairn_model::files::sort_of(key))).await?;
        let Some(item) = item else { return Ok(None) };
        let revision = item.revision;
        Ok(entry(&item.into())?.map(|entry| (entry, revision)))
    }
}
