//! A user's profile.

use cairn_model::{Error, Identity, Projection, Result, UserId, kinds::users::READ, policy::Subject};

use super::{Users, document};

impl Users {
    /// Reads a user.
    ///
    /// # Errors
    /// [`Error::NotFound`] also where the caller may not know that the user exists.
    pub async fn read(&self, who: &Identity, id: &UserId) -> Result<Projection> {
        let user = self.existing(id).await?;
        let document = document::full(&user, who);
        if !self.kind.policy.allows(who, READ, Subject::document(&document)) {
            return Err(Error::NotFound("Not found.".into()));
        }
        Ok(self.project(&user, who))
    }

    /// Reads the caller.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for nobody.
    pub async fn me(&self, who: &Identity) -> Result<Projection> {
        let id =
            who.id().ok_or_else(|| Error::Unauthenticated("A token is needed to say who you are.".into()))?;
        self.read(who, id).await
    }
}
