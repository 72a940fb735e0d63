//! `access` of a parent: who owns its versions, with whom they are shared, and what can be asked of the owner.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    error::Result,
    field::SystemField,
    identity::{LinkKey, UserId},
    record::{Field, Record},
    time::Timestamp,
};

/// Where grants stand in the document of a version.
pub const GRANTS: &str = "parent.access.grants";
/// Where links stand.
pub const LINKS: &str = "parent.access.links";
/// Where the index has what grants come to, one token each.
pub const GRANT_TOKENS: &str = "parent.access.grant_tokens";

/// What can be granted, the least first: each holds all before it. InvenioRDM: permission model, records reference §12.
pub const PERMISSIONS: [&str; 4] = ["view", "preview", "edit", "manage"];
/// What links can be made for.
pub const LINK_PERMISSIONS: [&str; 3] = ["view", "preview", "edit"];

/// Sharing of all versions of a family. InvenioRDM: `parent.access`.
pub struct Sharing;

/// Stored form of [`Sharing`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// With whom the versions are shared.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// Whose they are.
    pub owned_by: Owner,
    /// Links that open them.
    #[serde(default)]
    pub links: Vec<Link>,
    /// What others may ask of the owner.
    #[serde(default)]
    pub settings: Settings,
}

/// Whose something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The user.
    pub user: UserId,
}

/// Somebody may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// One of [`PERMISSIONS`].
    pub permission: String,
    /// Who may.
    pub subject: Grantee,
    /// Where the grant comes from: `api:<user>`, `request:<id>`.
    pub origin: Option<String>,
}

/// Whom a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grantee {
    /// A user's id, or a role's name.
    pub id: String,
    /// `user`, `role` or `system_role`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A link that opens the versions for whoever has it. The secret in it is stored nowhere: it is made of a key of the site
/// when somebody who manages the versions reads it, and recognised by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id.
    pub id: String,
    /// What is never shown as it is.
    pub held: Held,
}

/// What is known of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// When it was made.
    pub created_at: Timestamp,
    /// The last day on which it opens something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<NaiveDate>,
    /// One of [`LINK_PERMISSIONS`].
    pub permission: String,
    /// What it is for, in words.
    pub description: String,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Makes the secret another one than that of any other link.
    pub nonce: String,
    /// What the secret is recognised by.
    pub digest: String,
}

/// What others may ask of the owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Users may ask for access.
    #[serde(default)]
    pub allow_user_requests: bool,
    /// Others may, too.
    #[serde(default)]
    pub allow_guest_requests: bool,
    /// What they have to agree to, in HTML.
    #[serde(default)]
    pub accept_conditions_text: Option<String>,
    /// Days that links made for them hold; 0: for ever.
    #[serde(default)]
    pub secret_link_expiration: u16,
}

impl Shares {
    /// What a family begins with.
    pub fn of(owner: UserId) -> Self {
        let settings = Settings::default();
        Self { grants: Vec::new(), owned_by: Owner { user: owner }, links: Vec::new(), settings }
    }
}

impl Field for Sharing {
    type Value = Shares;
    const KEY: &'static str = "access";
}

impl SystemField for Sharing {
    fn key(&self) -> &'static str {
        Self::KEY
    }

    fn dump(&self, record: &Record, document: &mut Map<String, Value>) -> Result<()> {
        let Some(shares) = record.get::<Self>()? else { return Ok(()) };
        let Some(Value::Object(access)) = document.get_mut(Self::KEY) else { return Ok(()) };
        let links: Vec<Value> = shares.links.iter().map(|link| json!({"id": link.id})).collect();
        let grants = shares.grants.iter();
        let tokens: Vec<String> = grants
            .map(|grant| grant_token(&grant.permission, &grant.subject.kind, &grant.subject.id))
            .collect();
        access.insert("links".into(), json!(links));
        access.insert("grant_tokens".into(), json!(tokens));
        Ok(())
    }
}

/// A grant in one word, by which the index finds what is shared with somebody.
pub fn grant_token(permission: &str, kind: &str, id: &str) -> String {
    format!("{permission}.{kind}.{id}")
}

/// Whether a stored link with one of these permissions is opened by this key.
pub(crate) fn opens(link: &Value, key: &LinkKey, permissions: &[&str]) -> bool {
    let Ok(link) = Link::deserialize(link) else { return false };
    link.held.digest == key.digest
        && permissions.contains(&link.held.permission.as_str())
        && link.held.expires_at.is_none_or(|last| key.today <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digest: &str, today: &str) -> LinkKey {
        LinkKey { digest: digest.into(), today: today.parse().unwrap() }
    }

    #[test]
    fn a_link_opens_for_its_key_until_its_last_day() {
        let link = json!({"id": "1", "held": {"created_at": "2026-11-20T22:30:34.328554+00:00", "permission": "edit",
            "expires_at": "2026-11-30", "description": "", "nonce": "n", "digest": "d"}});
        assert!(opens(&link, &key("d", "2026-11-30"), &["preview", "edit"]));
        assert!(!opens(&link, &key("d", "2026-12-01"), &["preview", "edit"]));
        assert!(!opens(&link, &key("e", "2026-11-30"), &["preview", "edit"]));
        assert!(!opens(&link, &key("d", "2026-11-30"), &["preview"]));
        assert!(
            !opens(&json!({"id": "1"}), &key("d", "2026-11-30"), &["edit"]),
            "an index has no more of it"
        );
    }
}
