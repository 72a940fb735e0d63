//! Whom something can be granted to.

use cairn_model::{
    Error, FieldError, Identity, Result, UserId,
    fields::sharing::Grantee,
    identity::{ANY_USER, AUTHENTICATED_USER},
};

use super::Access;
use crate::jobs::together;

impl Access {
    /// All of these exist, as far as the caller may know.
    ///
    /// # Errors
    /// [`Error::Invalid`], in InvenioRDM's words.
    pub(super) async fn require_subjects(&self, who: &Identity, subjects: &[&Grantee]) -> Result<()> {
        for known in together(subjects.iter().map(|subject| self.is_known(who, subject))).await {
            if !known? {
                let unknown = FieldError::new("subject.id", "Could not find the specified subject.");
                return Err(Error::Invalid(vec![unknown]));
            }
        }
        Ok(())
    }

    async fn is_known(&self, who: &Identity, subject: &Grantee) -> Result<bool> {
        let id = subject.id.as_str();
        match subject.kind.as_str() {
            "user" => match self.users.read(who, &UserId(id.to_owned())).await {
                Ok(_) => Ok(true),
                Err(Error::NotFound(_)) => Ok(false),
                Err(error) => Err(error),
            },
            // Every role is one that the site manages, and not for others to know of. InvenioRDM: users reference §2.
            "role" => Ok(who.is_administrator() && self.shared.settings.roles.contains(&id)),
            kind => {
                Ok([ANY_USER, AUTHENTICATED_USER].contains(&("system_role", id)) && kind == "system_role")
            }
        }
    }
}
