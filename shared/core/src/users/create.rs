//! Users are created by administrators; others sign up once there is a way to.

use argon2::{Argon2, PasswordHasher, password_hash::SaltString};
use cairn_model::{
    Error, FieldError, Identity, Projection, Record, Result, Revision, UserId,
    kinds::{ACCOUNTS, users::MANAGE},
    policy::Subject,
};
use cairn_ports::{Expect, Item, Key, Work};
use serde_json::{Map, Value, json};

use super::{Secret, Users, document::dump, partition, user_key};
use crate::framework::{Attempt, Attempts, Claim};

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
        let new = parse(body)?;
        let digest = new.password.as_ref().map(|password| self.hash_password(password)).transpose()?;
        let mut attempts = Attempts::new(&self.shared);
        loop {
            let attempt = self.try_create(who, &new, digest.as_deref(), &more).await;
            if let Some(user) = attempts.settle(attempt).await? {
                self.shared.index(Ok(vec![dump(&user)]), who.id()).await;
                return Ok(self.project(&user, who));
            }
        }
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

fn parse(body: &Map<String, Value>) -> Result<NewUser> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, message: &str| problems.push(FieldError::new(field, message));
    let email = match body.get("email").map(Value::as_str) {
        None => {
            problem("email", "Missing data for required field.");
            None
        }
        Some(text) => {
            let email = text.map(str::trim).filter(|text| is_email(text));
            if email.is_none() {
                problem("email", "Not a valid email address.");
            }
            email
        }
    };
    let username = match body.get("username") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let username = value.as_str().filter(|text| is_username(text));
            if username.is_none() {
                problem("username", USERNAME_RULE);
            }
            username
        }
    };
    let password = match body.get("password") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.chars().count() >= 6 && text.len() <= 1_024 => {
            Some(Secret::new(text.clone()))
        }
        Some(Value::String(_)) => {
            problem("password", "Password must be at least 6 characters");
            None
        }
        Some(_) => {
            problem("password", "Not a valid string.");
            None
        }
    };
    let mut document = Map::new();
    document.insert("roles".into(), json!(texts(body, "roles", &mut problem)));
    document.insert("profile".into(), fields(body, "profile", &PROFILE, &mut problem));
    document.insert("preferences".into(), fields(body, "preferences", &PREFERENCES, &mut problem));
    for key in body.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
        problem(key, "Unknown field.");
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let email = email.unwrap_or_default().to_owned();
    document.insert("email".into(), json!(email));
    if let Some(username) = username {
        document.insert("username".into(), json!(username));
    }
    Ok(NewUser { email, username: username.map(ToOwned::to_owned), password, document })
}

const KNOWN: [&str; 6] = ["email", "username", "password", "roles", "profile", "preferences"];
const USERNAME_RULE: &str = "Username must start with a letter, be at least three characters long and only contain \
    alphanumeric characters, dashes and underscores.";

/// Keys of an object and the texts they may hold (none given: any).
type Allowed = [(&'static str, &'static [&'static str])];
const PROFILE: [(&str, &[&str]); 2] = [("full_name", &[]), ("affiliations", &[])];
const PREFERENCES: [(&str, &[&str]); 4] = [
    ("visibility", &["public", "restricted"]),
    ("email_visibility", &["public", "restricted"]),
    ("locale", &[]),
    ("timezone", &[]),
];

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '@')
    };
    text.len() <= 255 && plain(local) && plain(domain) && !domain.starts_with('.') && !domain.ends_with('.')
}

fn is_username(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (3..=256).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(allowed)
}

fn texts(body: &Map<String, Value>, key: &str, problem: &mut impl FnMut(&str, &str)) -> Vec<String> {
    match body.get(key) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) if values.iter().all(Value::is_string) => {
            values.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
        }
        Some(_) => {
            problem(key, "Not a valid list.");
            Vec::new()
        }
    }
}

fn fields(
    body: &Map<String, Value>,
    key: &str,
    allowed: &Allowed,
    problem: &mut impl FnMut(&str, &str),
) -> Value {
    let empty = Map::new();
    let given = match body.get(key) {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(given)) => given,
        Some(_) => {
            problem(&format!("{key}._schema"), "Invalid input type.");
            &empty
        }
    };
    for (name, value) in given {
        let field = format!("{key}.{name}");
        match (allowed.iter().find(|(known, _)| known == name), value.as_str()) {
            (None, _) => problem(&field, "Unknown field."),
            (_, None) => problem(&field, "Not a valid string."),
            (Some((_, values)), Some(text)) if !values.is_empty() && !values.contains(&text) => {
                problem(&field, &format!("Must be one of: {}.", values.join(", ")));
            }
            _ => {}
        }
    }
    Value::Object(given.clone())
}
