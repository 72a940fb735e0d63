//! Files are taken out of a draft.

use cairn_model::{
    Identity, Pid, Result,
    fields::files::Files as FilesField,
    files::{Entry, LOCKED, entry},
    objects::Place,
};
use cairn_ports::{Item, Work};
use serde_json::json;

use super::{Files, Mount, Opened, open::Access, reserve::Delta};
use crate::framework::Attempt;

/// Most files that one transaction takes out: 100 changes, less the counters, the event, and a draft with its history.
const TOGETHER: usize = 96;

impl Files {
    /// Takes a file out.
    ///
    /// # Errors
    /// Those of [`Files::read`]; [`cairn_model::Error::Forbidden`] for a file that was published.
    pub async fn delete(&self, who: &Identity, pid: &Pid, mount: Mount, key: &str) -> Result<()> {
        let keys = [key];
        self.shared.attempt(|| self.try_delete(who, pid, mount, &keys, false)).await
    }

    /// Takes all files out. Many are taken out by beginning a new set: what the old one has is removed in the background.
    ///
    /// # Errors
    /// As [`Files::delete`].
    pub async fn delete_all(&self, who: &Identity, pid: &Pid, mount: Mount) -> Result<()> {
        self.shared.attempt(|| self.try_delete_all(who, pid, mount)).await
    }

    async fn try_delete_all(&self, who: &Identity, pid: &Pid, mount: Mount) -> Result<(), Attempt> {
        let opened = self.open(who, pid, mount, Access::Write, &[]).await?;
        opened.require_enabled()?;
        if opened.totals.count == 0 {
            return Ok(());
        }
        if opened.totals.count > TOGETHER as u64 {
            opened.require_unlocked()?;
            return self.begin_anew(who, &opened).await;
        }
        let entries = self.all(&opened, "").await?;
        let names: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        self.try_delete(who, pid, mount, &names, true).await
    }

    async fn try_delete(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        names: &[&str],
        all: bool,
    ) -> Result<(), Attempt> {
        let opened = self.open(who, pid, mount, Access::Write, names).await?;
        let mut work = self.shared.work();
        let (mut gone, mut objects) = (Vec::new(), Vec::<Place>::new());
        for (at, name) in names.iter().enumerate() {
            let seen = match opened.seen(at)? {
                Some(seen) => seen,
                // Of all files, those that somebody else has taken out by now are no fault.
                None if all => continue,
                None => return Err(opened.missing(name).into()),
            };
            if !seen.own {
                opened.require_unlocked()?;
            }
            take_out(&mut work, &opened, at, name)?;
            if is_owned(&seen.entry, opened.own()) {
                objects.push(seen.entry.object.clone());
            }
            gone.push(seen.entry);
        }
        if gone.is_empty() {
            return Ok(());
        }
        if opened
            .set
            .default_preview
            .as_ref()
            .is_some_and(|preview| gone.iter().any(|entry| entry.key == *preview))
        {
            self.change_set(&mut work, &opened, |set, _| set.default_preview = None)?;
        }
        opened.count(&mut work, Delta::of(&gone).back());
        let data = json!({"set": opened.own(), "keys": names, "objects": objects});
        self.emit(&mut work, "draft.files_deleted", &opened, who, data);
        self.commit_change(work, &opened).await?;
        for entry in &gone {
            if let Err(error) = self.abort(entry).await {
                tracing::warn!(%error, "an upload is left for the sweep: {error}");
            }
        }
        Ok(())
    }

    /// The draft names a new, empty set.
    async fn begin_anew(&self, who: &Identity, opened: &Opened) -> Result<(), Attempt> {
        let mut work = self.shared.work();
        self.change_set(&mut work, opened, |set, draft| {
            set.layers = vec![FilesField::first_layer(opened.mount.set, &draft.id, draft.revision.0)];
            set.default_preview = None;
        })?;
        // Whoever is adding a file to the old set at this moment has to look again.
        work.count(opened.head_key(), LOCKED, 1, 1);
        self.emit(&mut work, "draft.files_discarded", opened, who, json!({"sets": [opened.own()]}));
        self.shared.commit(work, Vec::new(), None).await
    }
}

/// The newest layer no longer has the file, and hides it where one below has it.
fn take_out(work: &mut Work, opened: &Opened, at: usize, name: &str) -> Result<()> {
    let below = opened.items[at].iter().skip(1).flatten().next();
    let is_below = below.map(|item| entry(&item.clone().into())).transpose()?.flatten().is_some();
    let (expect, revision) = opened.expected(at);
    if is_below {
        work.put(Item::new(opened.file_key(name), revision, json!({"removed": true})), expect);
    } else {
        work.delete(opened.file_key(name), expect);
    }
    Ok(())
}

/// Whether the file's object belongs to this set, and to no other.
pub(super) fn is_owned(entry: &Entry, set: &str) -> bool {
    set_of(entry) == Some(set)
}

/// The set that the file's object belongs to: the one that it was sent to.
pub(super) fn set_of(entry: &Entry) -> Option<&str> {
    let key = &entry.object.key;
    let rest = [super::OBJECTS, super::PARTS].iter().find_map(|prefix| key.strip_prefix(prefix))?;
    rest.split_once('/').map(|(set, _)| set)
}
