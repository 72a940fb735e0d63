//! From a DOI to the record that has it.

use std::sync::Arc;

use cairn_model::{
    Error, Identity, Pid, Result,
    actions::READ,
    fields::{deletion::is_deleted, versions::Family as FamilyField},
    identifiers,
};

use crate::{
    components::pids::claim_key,
    framework::{Family, Kinds, Shared, State},
};

/// The service.
pub struct Dois {
    pub(super) shared: Arc<Shared>,
    pub(super) kinds: Kinds,
}

impl Dois {
    /// The service of the DOIs of `kinds`.
    pub fn new(shared: Arc<Shared>, kinds: Kinds) -> Self {
        Self { shared, kinds }
    }

    /// The id of the record that has a DOI; of the latest version, where all versions have it together. What is deleted
    /// is found: its page says so.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no record here has it, [`Error::Denied`] where the caller may not read that.
    pub async fn resolve(&self, who: &Identity, doi: &str) -> Result<String> {
        if !identifiers::is_valid("doi", doi) {
            return Err(Error::unknown_pid());
        }
        let claim = self.shared.ports.store.get(&claim_key(doi)).await?.ok_or_else(Error::unknown_pid)?;
        let id = match (claim.body["record"].as_str(), claim.body["parent"].as_str()) {
            (Some(id), _) => id.to_owned(),
            (None, Some(parent)) => self.latest(parent).await?,
            (None, None) => return Err(Error::unknown_pid()),
        };
        let family = self.family(&Pid::parse(&id)?).await?;
        let record = family.state(State::Published).ok_or_else(Error::unknown_pid)?;
        if !is_deleted(record) {
            family.require(who, READ, record)?;
        }
        Ok(id)
    }

    /// A family without what is beside it: who may read it, and what it is called.
    pub(super) async fn family(&self, id: &Pid) -> Result<Family> {
        let versions = self.shared.versions(self.kinds, id.as_str()).await?;
        let parent = versions.parent_id()?.ok_or_else(Error::unknown_pid)?;
        let parent = self.shared.ports.store.get(&self.kinds.parent_key(&parent)).await?;
        let family = self.shared.with_parent(self.kinds, id.as_str(), versions, parent).await?;
        family.ok_or_else(Error::unknown_pid)
    }

    async fn latest(&self, parent: &str) -> Result<String> {
        let item = self.shared.ports.store.get(&self.kinds.parent_key(parent)).await?;
        let parent = Shared::record(self.kinds.parent, parent, item.ok_or_else(Error::unknown_pid)?)?;
        let state = parent.get::<FamilyField>()?.unwrap_or_default();
        state.latest.map(|latest| latest.id).ok_or_else(Error::unknown_pid)
    }
}
