//! Personal access tokens.

use cairn_model::{
    Error, FieldError, Identity, Result, Revision, Timestamp, UserId,
    kinds::{ACCOUNTS, users::TOKENS},
    policy::Subject,
};
use cairn_ports::{Expect, Item, Key, Work, store::Page};
use serde_json::{Map, Value, json};

use super::{Secret, Users, authenticate::token_key, document, partition};

/// A personal access token, without its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
}

/// Names of tokens have at most so many characters.
const LONGEST_NAME: usize = 100;

impl Users {
    /// Makes a token. The secret is given once and stored nowhere.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`].
    pub async fn create_token(
        &self,
        who: &Identity,
        user: &UserId,
        body: &Map<String, Value>,
    ) -> Result<(Token, Secret)> {
        self.may_manage_tokens(who, user).await?;
        let name = read_name(body)?;
        let secret = Secret::token(self.shared.ports.ids.as_ref());
        let mut work = self.shared.work();
        let token = self.add_token(&mut work, who, user, name, &secret);
        self.shared.ports.store.commit(&work).await?;
        Ok((token, secret))
    }

    /// Adds to `work` a token for a user that exists, or that `work` creates.
    pub(crate) fn add_token(
        &self,
        work: &mut Work,
        who: &Identity,
        user: &UserId,
        name: &str,
        secret: &Secret,
    ) -> Token {
        let now = self.shared.now();
        let token = Token { id: self.shared.ports.ids.ulid(now), name: name.to_owned(), created: now };
        let body = json!({"user": user, "id": token.id, "name": token.name, "created": now});
        let listed = json!({"name": token.name, "created": now, "digest": secret.digest()});
        work.put(Item::new(token_key(&secret.digest()), Revision::FIRST, body), Expect::Absent);
        work.put(Item::new(listed_key(user, &token.id), Revision::FIRST, listed), Expect::Absent);
        let subject = format!("tokens/{}", token.id);
        work.emit(self.shared.event("token.created", subject, who, Revision::FIRST, json!({"user": user})));
        token
    }

    /// A user's tokens, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn list_tokens(&self, who: &Identity, user: &UserId) -> Result<Vec<Token>> {
        self.may_manage_tokens(who, user).await?;
        let mut tokens = Vec::new();
        let mut page = Page { prefix: "token#".into(), ..Page::default() };
        loop {
            let items = self.shared.ports.store.query(ACCOUNTS, &partition(user), &page).await?;
            tokens.extend(items.items.iter().filter_map(listed_token));
            page.after = items.next;
            if page.after.is_none() {
                return Ok(tokens);
            }
        }
    }

    /// Revokes a token at once.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`].
    pub async fn delete_token(&self, who: &Identity, user: &UserId, token: &str) -> Result<()> {
        self.may_manage_tokens(who, user).await?;
        let missing = || Error::NotFound("Not found.".into());
        if token.is_empty() || token.len() > 26 {
            return Err(missing());
        }
        let key = listed_key(user, token);
        let item = self.shared.ports.store.get(&key).await?.ok_or_else(missing)?;
        let digest = item.body["digest"].as_str().unwrap_or_default();
        let mut work = self.shared.work();
        work.delete(token_key(digest), Expect::Any).delete(key, Expect::Any);
        let (subject, revision) = (format!("tokens/{token}"), item.revision.next());
        work.emit(self.shared.event("token.deleted", subject, who, revision, json!({"user": user})));
        self.shared.ports.store.commit(&work).await?;
        Ok(())
    }

    async fn may_manage_tokens(&self, who: &Identity, user: &UserId) -> Result<()> {
        let user = self.existing(user).await?;
        let document = document::full(&user, who);
        if self.kind.policy.allows(who, TOKENS, Subject::document(&document)) {
            return Ok(());
        }
        Err(Error::Denied)
    }
}

/// What the token is to be called: the only thing that a body says.
fn read_name(body: &Map<String, Value>) -> Result<&str> {
    let fits = |name: &str| !name.is_empty() && name.chars().count() <= LONGEST_NAME;
    let name = match body.get("name").map(Value::as_str) {
        Some(Some(name)) if fits(name.trim()) => Ok(name.trim()),
        Some(Some(_)) => Err("Length must be between 1 and 100."),
        Some(None) => Err("Not a valid string."),
        None => Err("Missing data for required field."),
    };
    let unknown = body.keys().filter(|key| *key != "name");
    let mut problems: Vec<FieldError> = unknown.map(|key| FieldError::new(key, "Unknown field.")).collect();
    match name {
        Ok(name) if problems.is_empty() => return Ok(name),
        Ok(_) => {}
        Err(problem) => problems.insert(0, FieldError::new("name", problem)),
    }
    Err(Error::Invalid(problems))
}

fn listed_key(user: &UserId, token: &str) -> Key {
    Key::new(ACCOUNTS, partition(user), format!("token#{token}"))
}

fn listed_token(item: &Item) -> Option<Token> {
    let created = serde_json::from_value(item.body.get("created")?.clone()).ok()?;
    let id = item.key.sort.strip_prefix("token#")?.to_owned();
    Some(Token { id, name: item.body["name"].as_str().unwrap_or_default().to_owned(), created })
}
