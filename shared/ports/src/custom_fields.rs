//! Fields of the site's own, as a port: on AWS they are kept where not every function may look.

use cairn_model::{Error, metadata::CustomFields};

use crate::needs::{Grant, Need};

/// The fields that records of this site have beside their metadata, read at the start.
#[derive(Debug, Clone)]
pub struct OwnFields {
    fields: &'static CustomFields,
    within: Option<Grant>,
}

impl OwnFields {
    /// These, for whoever asks.
    pub fn of(fields: &'static CustomFields) -> Self {
        Self { fields, within: None }
    }

    /// Which there are.
    ///
    /// # Errors
    /// [`Error::Undeclared`] where the operation did not declare [`Need::CustomFields`].
    pub fn known(&self) -> Result<&'static CustomFields, Error> {
        if let Some(grant) = &self.within {
            grant.require(Need::CustomFields).map_err(Error::Undeclared)?;
        }
        Ok(self.fields)
    }

    /// The same within the bounds of an operation's grant.
    pub(crate) fn scoped(&self, grant: &Grant) -> Self {
        Self { within: Some(grant.clone()), ..self.clone() }
    }
}

impl Default for OwnFields {
    fn default() -> Self {
        Self::of(CustomFields::NONE)
    }
}
