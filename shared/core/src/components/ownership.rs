//! Who owns a new family of versions.

use cairn_model::{Error, Identity, Record, Result};
use serde_json::json;

use crate::framework::Component;

/// The creator of the first draft owns the family; access settings start as InvenioRDM's do.
pub(super) struct Ownership;

impl Component for Ownership {
    fn found(&self, who: &Identity, parent: &mut Record) -> Result<()> {
        let owner = who.id().ok_or(Error::Denied)?;
        let access = json!({
            "grants": [],
            "owned_by": {"user": owner},
            "links": [],
            "settings": {
                "allow_user_requests": false,
                "allow_guest_requests": false,
                "accept_conditions_text": null,
                "secret_link_expiration": 0,
            },
        });
        parent.document.insert("access".into(), access);
        Ok(())
    }
}
