//! What others may ask of the owner of a record.

use cairn_model::{Error, Identity, Pid, Projection, Result, UserId, metadata::load_settings};
use serde_json::{Map, Value, json};

use super::{Access, Changed, shown};

impl Access {
    /// Says what others may ask of the owner; what is not said stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] with every problem.
    pub async fn update_settings(
        &self,
        who: &Identity,
        pid: &Pid,
        body: &Map<String, Value>,
    ) -> Result<Projection> {
        let changed = self.change(who, pid, |shares| {
            let after = load_settings(body, &shares.settings)?;
            let before = std::mem::replace(&mut shares.settings, after);
            let facts = json!({"before": before, "after": shares.settings});
            Ok(((), ("access.settings_updated", facts)))
        });
        answer(who, &changed.await?)
    }

    /// Gives all versions to another user. For administrators.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] for a user who does not exist.
    pub async fn change_owner(
        &self,
        who: &Identity,
        pid: &Pid,
        body: &Map<String, Value>,
    ) -> Result<Projection> {
        who.require_administrator()?;
        let missing = || Error::field("user", "Missing data for required field.");
        let user = body.get("user").and_then(Value::as_str).ok_or_else(missing)?;
        let user = UserId(user.to_owned());
        if self.users.load(&user).await?.is_none() {
            return Err(Error::field("user", "There is no such user."));
        }
        let changed = self.change(who, pid, |shares| {
            let from = std::mem::replace(&mut shares.owned_by.user, user.clone());
            // Whoever owns them needs no grant.
            shares.grants.retain(|grant| grant.subject.kind != "user" || grant.subject.id != user.as_str());
            Ok(((), ("access.owner_changed", json!({"from": from, "to": user}))))
        });
        answer(who, &changed.await?)
    }
}

/// What the caller sees of the version that was named.
fn answer(who: &Identity, changed: &Changed<()>) -> Result<Projection> {
    let Changed { family, entries, .. } = changed;
    family.project(shown(family).ok_or_else(Error::unknown_pid)?, entries, who)
}
