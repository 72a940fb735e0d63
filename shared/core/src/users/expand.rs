//! `expanded`: the users that a record refers to. InvenioRDM: records reference, `expanded`.

use cairn_model::{Identity, Projection, Result, UserId};
use serde_json::{Value, json};

use super::Users;

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
        let Some(user) = self.load(id).await? else { return Ok(self.deleted(id)) };
        let seen = self.project(&user, who).into_document();
        let or_null = |key: &str| seen.get(key).cloned().unwrap_or_default();
        Ok(json!({
            "id": id,
            "username": or_null("username"),
            "email": seen.get("email").cloned().unwrap_or_else(|| json!("")),
            "profile": {"full_name": seen["profile"]["full_name"], "affiliations": seen["profile"]["affiliations"]},
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

    /// What stands for a user that is no more.
    fn deleted(&self, id: &UserId) -> Value {
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
