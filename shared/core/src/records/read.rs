//! A published record, by its own id or by its parent's.

use cairn_model::{
    Error, Identity, Pid, Projection, Record, Result, actions::READ, fields::versions::Family as FamilyField,
};
use cairn_ports::Item;

use super::Records;
use crate::framework::{Entries, Family, State, family::Versions};

/// What stands behind an identifier.
pub enum Found {
    /// A record.
    Record(Box<Projection>),
    /// A parent: its latest version has this id.
    MovedTo(String),
}

impl Records {
    /// Reads a record.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing is published, [`Error::Denied`] for a restricted record.
    pub async fn read(&self, who: &Identity, pid: &Pid) -> Result<Found> {
        let keys = [self.kinds.record_key(pid.as_str()), self.kinds.parent_key(pid.as_str())];
        let mut items = self.shared.ports.store.batch_get(&keys).await?;
        let (parent, record) = (items.pop().flatten(), items.pop().flatten());
        if let Some(parent) = parent {
            return self.latest_of(pid, parent).map(Found::MovedTo);
        }
        let Some(record) = record else { return Err(self.unpublished(pid).await?) };
        let (family, entries) = self.published(pid, record).await?;
        let record = family.record.as_ref().ok_or_else(Error::unknown_pid)?;
        family.require(who, READ, record)?;
        Ok(Found::Record(Box::new(family.project(State::Published, &entries, who)?)))
    }

    /// The id of the latest published version of a record's family; `pid` may also be the parent's.
    ///
    /// # Errors
    /// As [`Records::read`].
    pub async fn latest(&self, who: &Identity, pid: &Pid) -> Result<String> {
        match self.read(who, pid).await? {
            // A parent's id is no way around the permission to read.
            Found::MovedTo(id) => {
                self.read(who, &Pid::parse(&id)?).await?;
                Ok(id)
            }
            Found::Record(projection) => {
                let parent = projection.document().get("parent").and_then(|parent| parent["id"].as_str());
                let parent = Pid::parse(parent.unwrap_or_default())?;
                let item = self.shared.ports.store.get(&self.kinds.parent_key(parent.as_str())).await?;
                self.latest_of(&parent, item.ok_or_else(Error::unknown_pid)?)
            }
        }
    }

    fn latest_of(&self, pid: &Pid, parent: Item) -> Result<String> {
        let parent = Record::from_stored(self.kinds.parent, pid.as_str(), parent.revision, parent.body)?;
        let state = parent.get::<FamilyField>()?.unwrap_or_default();
        state.latest.map(|latest| latest.id).ok_or_else(Error::unknown_pid)
    }

    async fn published(&self, pid: &Pid, record: Item) -> Result<(Family, Entries)> {
        let versions = Versions::from_items(self.kinds, pid.as_str(), None, Some(record))?;
        let family = self.shared.complete(self.kinds, pid.as_str(), versions).await?;
        family.ok_or_else(Error::unknown_pid)
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
