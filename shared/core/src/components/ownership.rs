//! Who owns a new family of versions.

use cairn_model::{
    Error, Identity, Record, Result,
    fields::sharing::{Shares, Sharing},
};

use crate::framework::Component;

/// The creator of the first draft owns the family; access settings start as InvenioRDM's do.
pub(super) struct Ownership;

impl Component for Ownership {
    fn found(&self, who: &Identity, parent: &mut Record) -> Result<()> {
        let owner = who.id().ok_or(Error::Denied)?;
        parent.set::<Sharing>(&Shares::of(owner.clone()))?;
        Ok(())
    }
}
