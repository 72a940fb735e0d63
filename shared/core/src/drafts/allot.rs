//! What the files of a new draft may come to, unless its record is allowed something else: what its owner may now.

use cairn_model::{
    Identity, Record, Result,
    fields::{quota::Quota, sharing::Sharing},
    kinds::users::USER,
};

use super::Drafts;
use crate::users::Users;

impl Drafts {
    /// Keeps with the draft what its owner may. That is known of whoever asks, and read of anybody else.
    pub(super) async fn allot(&self, who: &Identity, parent: &Record, draft: &mut Record) -> Result<()> {
        if parent.get::<Quota>()?.is_some() {
            return Ok(());
        }
        let allowance = match parent.get::<Sharing>()?.map(|shares| shares.owned_by.user) {
            Some(owner) if who.id() == Some(&owner) => who.allowance(),
            Some(owner) => Users::new(self.shared.clone(), &USER).allowance(&owner).await?,
            None => None,
        };
        self.each(|component| component.allot(allowance, draft))
    }
}
