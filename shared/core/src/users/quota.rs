//! What the drafts that a user begins may hold. `InvenioRDM`: quotas, records reference §11.

use cairn_model::{
    Error, Identity, Record, Result, UserId,
    fields::quota::{Allowed, Quota},
    files::Allowance,
    kinds::users::MANAGE,
    metadata::{QuotaInput, load_quota},
    policy::Subject,
};
use cairn_ports::{Expect, Item};
use serde_json::{Map, Value, json};

use super::{Users, document::dump, user_key};
use crate::framework::Attempt;

impl Users {
    /// Says what the drafts that a user begins from now on may hold, unless their record is allowed something else.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; [`Error::Invalid`] with all that is wrong.
    pub async fn set_quota(&self, who: &Identity, id: &UserId, body: &Map<String, Value>) -> Result<()> {
        if !self.kind.policy.allows(who, MANAGE, Subject::document(&Map::new())) {
            return Err(Error::Denied);
        }
        let input = load_quota(body);
        let user = self.shared.attempt(|| self.try_set_quota(who, id, &input)).await?;
        self.shared.index(Ok(vec![dump(&user)]), who.id()).await;
        Ok(())
    }

    async fn try_set_quota(
        &self,
        who: &Identity,
        id: &UserId,
        input: &Result<QuotaInput>,
    ) -> Result<Record, Attempt> {
        let before = self.existing(id).await?;
        let QuotaInput { allowance, notes } = input.clone()?;
        let number = before.get::<Quota>()?.map_or(0, |said| said.number) + 1;
        let mut user = before.clone();
        user.set::<Quota>(&Allowed { allowance, notes, number })?;
        (user.revision, user.updated) = (before.revision.next(), self.shared.now());
        let body = user.to_stored();
        self.shared.schemas.check(user.kind, &body)?;
        let mut work = self.shared.work();
        work.put(Item::new(user_key(id), user.revision, body), Expect::At(before.revision));
        let subject = format!("users/{id}");
        work.emit(self.shared.event("user.quota_changed", subject, who, user.revision, json!(allowance)));
        self.shared.commit(work, Vec::new(), None).await?;
        Ok(user)
    }

    /// What an administrator allowed a user.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn allowance(&self, id: &UserId) -> Result<Option<Allowance>> {
        let Some(user) = self.load(id).await? else { return Ok(None) };
        Ok(user.get::<Quota>()?.map(|said| said.allowance))
    }
}
