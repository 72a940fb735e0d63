//! `expanded`: the users that a record refers to. InvenioRDM: records reference, `expanded`.

use cairn_model::{Identity, Projection, Record, Result, UserId, kinds::users::READ, policy::Subject};
use serde_json::{Value, json};

use super::{Users, document};

impl Users {
    /// Adds `expanded` with the owner of a projected record.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn expand(&self, who: &Identity, projection: &mut Projection) -> Result<()> {
        let owner = projection
            .document()
            .get("parent")
            .and_then(|parent| parent.pointer("/access/owned_by/user"))
            .and_then(Value::as_str)
            .map(|id| UserId(id.to_owned()));
        let mut expanded = json!({});
        if let Some(owner) = owner {
            expanded = json!({"parent": {"access": {"owned_by": self.expanded_user(who, &owner).await?}}});
        }
        projection.insert("expanded", expanded);
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
