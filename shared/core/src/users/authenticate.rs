//! Who sends a bearer token.

use cairn_model::{Identity, Record, Result, UserId, fields::quota::Quota, kinds::ACCOUNTS};
use cairn_ports::Key;
use serde_json::Value;

use super::{Secret, Users};

/// No token is longer; what is longer is nobody's.
const LONGEST: usize = 512;

impl Users {
    /// Whose token this is. Unknown, revoked and malformed ones, and those of inactive users, are nobody's.
    ///
    /// # Errors
    /// Those of the store: without it nobody can be recognised.
    pub async fn authenticate(&self, token: &Secret) -> Result<Identity> {
        if token.expose().is_empty() || token.expose().len() > LONGEST {
            return Ok(Identity::nobody());
        }
        let Some(item) = self.shared.ports.store.get(&token_key(&token.digest())).await? else {
            return Ok(Identity::nobody());
        };
        let id = UserId(item.body["user"].as_str().unwrap_or_default().to_owned());
        Ok(self.identity(&id).await?.unwrap_or_default())
    }

    /// What a user may do now; nothing once they are gone or not active.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn identity(&self, id: &UserId) -> Result<Option<Identity>> {
        let user = self.load(id).await?;
        let active = user.filter(|user| user.document.get("active") == Some(&Value::Bool(true)));
        active.map(|user| identity(id, &user)).transpose()
    }
}

fn identity(id: &UserId, user: &Record) -> Result<Identity> {
    let roles = user.document.get("roles").and_then(Value::as_array).cloned().unwrap_or_default();
    let locale = user.document.get("preferences").and_then(|all| all["locale"].as_str());
    let identity = Identity::user(id.clone(), roles.iter().filter_map(Value::as_str).map(ToOwned::to_owned))
        .reading(locale.map(ToOwned::to_owned));
    Ok(identity.allowed(user.get::<Quota>()?.map(|said| said.allowance)))
}

/// Where a token is recognised.
pub(super) fn token_key(digest: &str) -> Key {
    Key::new(ACCOUNTS, format!("token#{digest}"), "token")
}
