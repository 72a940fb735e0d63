//! The way to a file: the version it belongs to, what the caller may do to that, and the set.

use cairn_model::{
    Error, Identity, Pid, Record, Result, Revision,
    actions::{PREVIEW, READ, READ_FILES, REVIEW},
    fields::files::Files as FilesField,
    files::{Entry, FileSet, HEAD, Totals, entry, sort_of, uuid_of},
    kinds::FILES,
};
use cairn_ports::{Expect, Item, Key, prepared::MAX_KEYS};
use futures::future::try_join_all;

use super::{Files, Mount, delete::set_of, quota::Bounds};
use crate::{
    framework::{Family, State, family::Versions},
    records::present,
};

/// What is to be done to files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Look at them.
    Read,
    /// Change them.
    Write,
}

/// A set of files that the caller may do something to, with one of its files.
pub struct Opened {
    /// The version that the set belongs to.
    pub family: Family,
    /// Which of its sets.
    pub mount: Mount,
    /// What the version says of the set.
    pub set: FileSet,
    /// The newest layer's counters, if anything was done to it.
    pub(super) head: Option<Totals>,
    /// What is counted of all layers together.
    pub(super) totals: Totals,
    /// Each file that was asked for, as each layer has it, newest first.
    pub(super) items: Vec<Vec<Option<Item>>>,
    /// What it may come to.
    pub(super) bounds: Bounds,
    /// The caller may change files: signed addresses are for nobody else.
    pub(super) may_write: bool,
}

impl Files {
    /// Opens the set of a version, with the files of these names, in two trips.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such version, [`Error::Denied`].
    pub(super) async fn open(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        access: Access,
        names: &[&str],
    ) -> Result<Opened> {
        let versions = self.versions(pid).await?;
        if versions.record.is_none() && mount.state == State::Published && self.is_parent(pid).await? {
            return Err(Error::NotFound("Not found.".into()));
        }
        let state = match mount.state {
            State::Draft => versions.draft.as_ref().ok_or_else(Error::unknown_pid)?,
            State::Published => versions.record.as_ref().ok_or_else(|| unpublished(&versions))?,
        };
        let set = FilesField::of(state, mount.set)?;
        let parent_id = versions.parent_id()?.unwrap_or_default();
        let places = [HEAD.to_owned()].into_iter().chain(names.iter().map(|name| sort_of(name)));
        let mut wanted = vec![self.kinds.parent_key(&parent_id)];
        wanted.extend(
            places.flat_map(|sort| set.layers.iter().map(move |layer| Key::new(FILES, layer, &sort))),
        );
        let found = try_join_all(wanted.chunks(MAX_KEYS).map(|keys| self.shared.ports.store.batch_get(keys)));
        let mut items = found.await?.into_iter().flatten();
        let parent = items.next().flatten();
        let family = self.shared.with_parent(self.kinds, pid.as_str(), versions, parent).await?;
        let family = family.ok_or_else(Error::unknown_pid)?;
        require(who, &family, mount, access)?;
        let may_write = mount.state == State::Draft && require(who, &family, mount, Access::Write).is_ok();
        let mut next = || items.by_ref().take(set.layers.len()).collect::<Vec<_>>();
        let totals = |head: &Item| Totals::of(&head.counters);
        let heads = next();
        let items = names.iter().map(|_| next()).collect();
        let head = heads.first().and_then(Option::as_ref).map(totals);
        let totals = heads.iter().flatten().next().map(totals).unwrap_or_default();
        let bounds = self.bounds(&family.parent, &set)?;
        Ok(Opened { family, mount, set, head, totals, items, bounds, may_write })
    }

    /// Whether this is the identifier of all versions together, which have no files of their own.
    async fn is_parent(&self, pid: &Pid) -> Result<bool> {
        Ok(self.shared.ports.store.get(&self.kinds.parent_key(pid.as_str())).await?.is_some())
    }
}

fn unpublished(versions: &Versions) -> Error {
    match versions.draft {
        Some(_) => Error::NotFound("The persistent identifier is not registered.".into()),
        None => Error::unknown_pid(),
    }
}

/// `InvenioRDM`: permission model, records reference §12.
fn require(who: &Identity, family: &Family, mount: Mount, access: Access) -> Result<()> {
    let state = family.state(mount.state).ok_or_else(Error::unknown_pid)?;
    let actions: &[_] = match (mount.state, access) {
        (State::Draft, Access::Read) => &[PREVIEW],
        (State::Draft, Access::Write) => &[REVIEW],
        (State::Published, _) => &[READ, READ_FILES],
    };
    actions.iter().try_for_each(|action| family.require(who, *action, state))?;
    match mount.state {
        // Administrators see what they have deleted. InvenioRDM: records reference §10.4.
        State::Published => present(who, family, true),
        State::Draft => Ok(()),
    }
}

impl Opened {
    /// There are files to speak of.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(super) fn require_enabled(&self) -> Result<()> {
        if self.set.enabled { Ok(()) } else { Err(Error::Forbidden("Files are not enabled.".into())) }
    }

    /// The newest layer: the only one that is ever written.
    pub(super) fn own(&self) -> &str {
        self.set.layers.first().map_or("", String::as_str)
    }

    /// The id by which clients know the set: another for each record, whichever layers it is made of.
    pub(super) fn bucket(&self) -> String {
        uuid_of(&format!("{}.{}", self.family.id, self.mount.set))
    }

    /// The id of this state of a file: one that was taken over from another version has an id of its own here.
    pub(super) fn version_id(&self, entry: &Entry) -> String {
        if set_of(entry).and_then(|set| set.split('.').next()) == Some(&self.family.id) {
            return entry.version_id.clone();
        }
        uuid_of(&format!("{}.{}", self.family.id, entry.version_id))
    }

    /// Where its counters are.
    pub(super) fn head_key(&self) -> Key {
        Key::new(FILES, self.own(), HEAD)
    }

    /// Where it has, or would have, a file.
    pub(super) fn file_key(&self, key: &str) -> Key {
        Key::new(FILES, self.own(), sort_of(key))
    }

    /// The draft or record that the set belongs to.
    pub(super) fn state(&self) -> Result<&Record> {
        self.family.state(self.mount.state).ok_or_else(Error::unknown_pid)
    }

    /// A file that was asked for, as it is seen through the layers.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is damaged.
    pub(super) fn seen(&self, at: usize) -> Result<Option<Seen>> {
        for (depth, item) in self.items[at].iter().enumerate() {
            let Some(item) = item else { continue };
            let (own, revision) = (depth == 0, item.revision);
            return Ok(entry(&item.clone().into())?.map(|entry| Seen { entry, own, revision }));
        }
        Ok(None)
    }

    /// The one file that was asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub(super) fn file(&self, key: &str) -> Result<Seen> {
        self.seen(0)?.ok_or_else(|| self.missing(key))
    }

    /// What has to be in the newest layer for a file to be written there: what was read.
    pub(super) fn expected(&self, at: usize) -> (Expect, Revision) {
        Expect::after(self.items[at].first().and_then(Option::as_ref).map(|item| item.revision))
    }

    /// There is no such file.
    pub(super) fn missing(&self, key: &str) -> Error {
        Error::NotFound(format!("Record '{}' has no file '{key}'.", self.family.id))
    }

    /// The file may be changed: it was not published.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(super) fn require_unlocked(&self) -> Result<()> {
        if !self.set.locked {
            return Ok(());
        }
        Err(Error::Forbidden("Bucket is locked for modifications.".into()))
    }
}

/// A file as it is seen through the layers.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// The file.
    pub(super) entry: Entry,
    /// The newest layer has it: it may be changed there, and nobody else sees that.
    pub(super) own: bool,
    /// The revision of its item.
    pub(super) revision: Revision,
}
