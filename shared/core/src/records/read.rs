//! A published record, by its own id or by its parent's.

use cairn_model::{
    Error, Identity, Pid, Projection, Result,
    actions::{INSPECT, READ},
    fields::{
        deletion::{gone, is_deleted},
        versions::{Family as FamilyField, ParentId},
    },
};
use cairn_ports::Item;

use super::Records;
use crate::framework::{Entries, Family, Shared, State, family::Versions};

/// What stands behind an identifier.
pub enum Found {
    /// A record.
    Record(Box<Projection>),
    /// A parent: its latest version has this id.
    MovedTo(String),
}

/// The record is not deleted; or those may see it who ask for it `even_deleted`.
///
/// # Errors
/// [`Error::Gone`] with its tombstone, [`Error::NotFound`] where that is hidden.
pub(crate) fn present(who: &Identity, family: &Family, even_deleted: bool) -> Result<()> {
    let Some(record) = family.record.as_ref().filter(|record| is_deleted(record)) else { return Ok(()) };
    if even_deleted && family.allows(who, INSPECT, record) {
        return Ok(());
    }
    Err(gone(record)?)
}

impl Records {
    /// Reads a record.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing is published, [`Error::Denied`] for a restricted record, [`Error::Gone`] for a
    /// deleted one.
    pub async fn read(&self, who: &Identity, pid: &Pid) -> Result<Found> {
        self.read_with(who, pid, false).await
    }

    /// Reads a record; one that is deleted too, if that is asked for by those who may see it.
    ///
    /// # Errors
    /// As [`Records::read`].
    pub async fn read_with(&self, who: &Identity, pid: &Pid, deleted: bool) -> Result<Found> {
        let (record, parent) = self.either(pid).await?;
        if let Some(parent) = parent {
            return Ok(Found::MovedTo(self.latest_of(who, pid, parent).await?.id));
        }
        let Some(record) = record else { return Err(self.unpublished(pid).await?) };
        let (family, entries) = self.readable(who, pid, record).await?;
        present(who, &family, deleted)?;
        Ok(Found::Record(Box::new(family.project(State::Published, &entries, who)?)))
    }

    /// The id of the latest published version of a record's family; `pid` may also be the parent's.
    /// It is for those who may read that version, whichever they may read beside it. Where all versions are deleted, each
    /// leads to itself.
    ///
    /// # Errors
    /// As [`Records::read`], of the latest version.
    pub async fn latest(&self, who: &Identity, pid: &Pid) -> Result<String> {
        let (record, parent) = self.either(pid).await?;
        if let Some(parent) = parent {
            return Ok(self.latest_of(who, pid, parent).await?.id);
        }
        let Some(record) = record else { return Err(self.unpublished(pid).await?) };
        let record = Shared::record(self.kinds.record, pid.as_str(), record)?;
        let parent = Pid::parse(&record.get::<ParentId>()?.unwrap_or_default())?;
        let item = self.shared.ports.store.get(&self.kinds.parent_key(parent.as_str())).await?;
        let latest = self.latest_of(who, &parent, item.ok_or_else(Error::unknown_pid)?).await?;
        let none_is_left = latest.record.as_ref().is_some_and(is_deleted);
        Ok(if none_is_left { record.id } else { latest.id })
    }

    /// The parent of a record, for those who may read that record.
    ///
    /// # Errors
    /// As [`Records::read`]; [`Error::NotFound`] for a parent, too.
    pub async fn parent_of(&self, who: &Identity, pid: &Pid) -> Result<String> {
        match self.either(pid).await? {
            (_, Some(_)) => Err(Error::NotFound("Not found.".into())),
            (Some(record), None) => {
                let (family, _) = self.readable(who, pid, record).await?;
                present(who, &family, false)?;
                Ok(family.parent.id)
            }
            (None, None) => Err(self.unpublished(pid).await?),
        }
    }

    /// Whether the caller may read the latest version of a parent.
    ///
    /// # Errors
    /// As [`Records::latest`]; [`Error::NotFound`] for what is no parent.
    pub(crate) async fn family_of(&self, who: &Identity, parent: &Pid) -> Result<()> {
        let (_, found) = self.either(parent).await?;
        self.latest_of(who, parent, found.ok_or_else(Error::unknown_pid)?).await.map(drop)
    }

    /// What is published under an identifier, and what parent has it.
    pub(super) async fn either(&self, pid: &Pid) -> Result<(Option<Item>, Option<Item>)> {
        let keys = [self.kinds.record_key(pid.as_str()), self.kinds.parent_key(pid.as_str())];
        let mut items = self.shared.ports.store.batch_get(&keys).await?;
        let (parent, record) = (items.pop().flatten(), items.pop().flatten());
        Ok((record, parent))
    }

    /// The latest version of a parent, for those who may read it.
    async fn latest_of(&self, who: &Identity, pid: &Pid, parent: Item) -> Result<Family> {
        let parent = Shared::record(self.kinds.parent, pid.as_str(), parent)?;
        let state = parent.get::<FamilyField>()?.unwrap_or_default();
        let id = state.latest.map(|latest| latest.id).ok_or_else(Error::unknown_pid)?;
        let latest = Pid::parse(&id)?;
        let record = self.shared.ports.store.get(&self.kinds.record_key(&id)).await?;
        let (family, _) = self.readable(who, &latest, record.ok_or_else(Error::unknown_pid)?).await?;
        Ok(family)
    }

    /// The family of a record that was found, for those who may read that record.
    pub(super) async fn readable(
        &self,
        who: &Identity,
        pid: &Pid,
        record: Item,
    ) -> Result<(Family, Entries)> {
        let versions = Versions::from_items(self.kinds, pid.as_str(), None, Some(record))?;
        let family = self.shared.complete(self.kinds, pid.as_str(), versions).await?;
        let (family, entries) = family.ok_or_else(Error::unknown_pid)?;
        family.require(who, READ, family.record.as_ref().ok_or_else(Error::unknown_pid)?)?;
        Ok((family, entries))
    }

    /// Why there is no record: nobody knows the identifier, or it is a draft's.
    pub(super) async fn unpublished(&self, pid: &Pid) -> Result<Error> {
        let draft = self.shared.ports.store.get(&self.kinds.draft_key(pid.as_str())).await?;
        Ok(match draft {
            Some(_) => Error::NotFound("The persistent identifier is not registered.".into()),
            None => Error::unknown_pid(),
        })
    }
}
