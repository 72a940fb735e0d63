//! `expanded`: the users that a record refers to, and whether its owner is verified. InvenioRDM: records reference,
//! `expanded` and `parent`.

use cairn_model::{
    Identity, Projection, Record, Result, UserId, actions::INSPECT, kinds::users::READ, policy::Subject,
};
use serde_json::{Value, json};

use super::{Users, document};

impl Users {
    /// Adds `expanded` with the owner of a projected record.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn expand(&self, who: &Identity, projection: &mut Projection) -> Result<()> {
        let owner = projection.document().get("parent").and_then(owner);
        let mut expanded = json!({});
        if let Some(owner) = owner {
            expanded = json!({"parent": {"access": {"owned_by": self.expanded_user(who, &owner).await?}}});
        }
        projection.insert("expanded", expanded);
        Ok(())
    }

    /// Adds to a projected record whether its owner is verified: `parent.is_verified`, for those who inspect records.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn vouch(&self, who: &Identity, projection: &mut Projection) -> Result<()> {
        let subject = Subject::document(projection.document());
        if !projection.kind().policy.allows(who, INSPECT, subject) {
            return Ok(());
        }
        let Some(mut parent) = projection.document().get("parent").cloned() else { return Ok(()) };
        let owner = match owner(&parent) {
            Some(owner) => self.load(&owner).await?,
            None => None,
        };
        parent["is_verified"] = json!(owner.is_some_and(|user| document::is_set(&user, "verified_at")));
        projection.insert("parent", parent);
        Ok(())
    }

    async fn expanded_user(&self, who: &Identity, id: &UserId) -> Result<Value> {
        let is_seen =
            |user: &Record| self.kind.policy.allows(who, READ, Subject::document(&document::full(user, who)));
        let Some(user) = self.load(id).await?.filter(is_seen) else { return Ok(self.unseen(id)) };
        let seen = self.project(&user, who).into_document();
        let or_null = |key: &str| seen.get(key).cloned().unwrap_or_default();
        let or_empty = |value: Option<&Value>| value.cloned().unwrap_or_else(|| json!(""));
        let profile = |key: &str| or_empty(seen.get("profile").and_then(|profile| profile.get(key)));
        Ok(json!({
            "id": id,
            "username": or_null("username"),
            "email": or_empty(seen.get("email")),
            "profile": {"full_name": profile("full_name"), "affiliations": profile("affiliations")},
            "links": {
                "self": self.link(&format!("/api/users/{id}")),
                "avatar": self.link(&format!("/api/users/{id}/avatar.svg")),
                "records_html": self.link(&format!("/search?q=parent.access.owned_by.user:{id}")),
            },
            "blocked_at": or_null("blocked_at"),
            "verified_at": or_null("verified_at"),
            "confirmed_at": or_null("confirmed_at"),
            "active": or_null("active"),
            "is_current_user": or_null("is_current_user"),
        }))
    }

    /// What stands for a user that is no more, or whom the caller may not see: which of the two is not told.
    fn unseen(&self, id: &UserId) -> Value {
        json!({
            "id": id,
            "username": "Deleted user",
            "email": "",
            "profile": {"full_name": "Deleted user", "affiliations": ""},
            "links": {"avatar": self.link(&format!("/api/users/{id}/avatar.svg"))},
            "blocked_at": null, "verified_at": null, "confirmed_at": null, "active": null, "is_current_user": null,
        })
    }

    fn link(&self, path: &str) -> String {
        format!("{}{path}", self.shared.settings.site_url)
    }
}

/// Whom the versions of a parent belong to.
fn owner(parent: &Value) -> Option<UserId> {
    parent.pointer("/access/owned_by/user").and_then(Value::as_str).map(|id| UserId(id.to_owned()))
}
