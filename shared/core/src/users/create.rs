//! Users are created by administrators; others sign up once there is a way to.

use argon2::{Argon2, PasswordHasher, password_hash::SaltString};
use cairn_model::{
    Error, FieldError, Identity, Projection, Record, Result, Revision, UserId,
    kinds::{ACCOUNTS, users::MANAGE},
    metadata::load_user,
    policy::Subject,
};
use cairn_ports::{Expect, Item, Key, Work};
use serde_json::{Map, Value, json};

use super::{Secret, Users, document::dump, partition, user_key};
use crate::framework::{Attempt, Claim};

/// What a new user is made from.
struct NewUser {
    email: String,
    username: Option<String>,
    password: Option<Secret>,
    document: Map<String, Value>,
}

impl Users {
    /// Creates a user who is active and verified.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] with every problem, addresses and names that are taken included.
    pub async fn create(&self, who: &Identity, body: &Map<String, Value>) -> Result<Projection> {
        self.create_with(who, body, |_, _| ()).await
    }

    /// Creates a user, and in the same transaction what `more` adds for their id.
    pub(crate) async fn create_with(
        &self,
        who: &Identity,
        body: &Map<String, Value>,
        more: impl Fn(&mut Work, &UserId),
    ) -> Result<Projection> {
        if !self.kind.policy.allows(who, MANAGE, Subject::document(&Map::new())) {
            return Err(Error::Denied);
        }
        let new = parse(body, self.shared.settings.roles)?;
        let digest = new.password.as_ref().map(|password| self.hash_password(password)).transpose()?;
        let user = self.shared.attempt(|| self.try_create(who, &new, digest.as_deref(), &more)).await?;
        self.shared.index(Ok(vec![dump(&user)]), who.id()).await;
        Ok(self.project(&user, who))
    }

    async fn try_create(
        &self,
        who: &Identity,
        new: &NewUser,
        digest: Option<&str>,
        more: &impl Fn(&mut Work, &UserId),
    ) -> Result<Record, Attempt> {
        let now = self.shared.now();
        // Ids are positive 31-bit numbers: what clients of InvenioRDM keep them in. A taken one is tried again.
        let id = UserId((self.shared.ports.ids.number() % 0x7fff_ffff + 1).to_string());
        let mut user = Record::create(self.kind, id.as_str(), now)?;
        user.document.extend(new.document.clone());
        user.document.insert("active".into(), json!(true));
        user.document.insert("confirmed_at".into(), json!(now));
        user.document.insert("verified_at".into(), json!(now));
        user.revision = Revision::FIRST;
        let body = user.to_stored();
        self.shared.schemas.check(user.kind, &body)?;
        let mut work = self.shared.work();
        work.put(Item::new(user_key(&id), user.revision, body), Expect::Absent);
        if let Some(digest) = digest {
            let key = Key::new(ACCOUNTS, partition(&id), "password");
            work.put(Item::new(key, Revision::FIRST, json!({"argon2": digest})), Expect::Absent);
        }
        let mut claims = vec![claim("email", &new.email, &id, "Email already used by another account.")];
        if let Some(username) = &new.username {
            claims.push(claim("username", username, &id, "Username already used by another account."));
        }
        let subject = format!("users/{id}");
        work.emit(self.shared.event("user.created", subject, who, user.revision, Value::Null));
        more(&mut work, &id);
        self.shared.commit(work, claims, None).await?;
        Ok(user)
    }

    fn hash_password(&self, password: &Secret) -> Result<String> {
        let mut salt = [0; 16];
        self.shared.ports.ids.fill(&mut salt);
        let failed =
            |error: argon2::password_hash::Error| Error::Internal(format!("hashing a password: {error}"));
        let salt = SaltString::encode_b64(&salt).map_err(failed)?;
        let hash = Argon2::default().hash_password(password.expose().as_bytes(), &salt).map_err(failed)?;
        Ok(hash.to_string())
    }
}

fn claim(what: &'static str, value: &str, id: &UserId, taken: &str) -> Claim {
    let key = Key::new(ACCOUNTS, format!("{what}#{}", value.to_lowercase()), "claim");
    let item = Item::new(key, Revision::FIRST, json!({"user": id}));
    Claim { item, expect: Expect::Absent, taken: FieldError::new(what, taken) }
}

fn parse(body: &Map<String, Value>, roles: &[&str]) -> Result<NewUser> {
    let mut document = load_user(body, roles)?;
    let mut text = |key: &str| match document.shift_remove(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (email, username, password) = (text("email").unwrap_or_default(), text("username"), text("password"));
    for (key, empty) in [("roles", json!([])), ("profile", json!({})), ("preferences", json!({}))] {
        document.entry(key).or_insert(empty);
    }
    document.insert("email".into(), json!(email));
    document.extend(username.clone().map(|username| ("username".to_owned(), json!(username))));
    Ok(NewUser { email, username, password: password.map(Secret::new), document })
}
