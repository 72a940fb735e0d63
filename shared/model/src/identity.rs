//! Who is asking.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    files::Allowance,
};

/// The role whose holders administer the site: InvenioRDM's superuser.
pub const ADMINISTRATOR: &str = "admin";

/// Every role that somebody can hold.
pub const ROLES: &[&str] = &[ADMINISTRATOR];

/// A user's identifier: a decimal string, as clients of InvenioRDM expect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub String);

impl UserId {
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for UserId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The caller of an operation: nobody, a user with roles, or the system itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    user: Option<UserId>,
    roles: BTreeSet<String>,
    system: bool,
    locale: Option<String>,
    key: Option<LinkKey>,
    allowance: Option<Allowance>,
    address: Option<String>,
}

/// The secret of a link, as the caller sent it: it opens what the link was made for, whoever has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkKey {
    /// What is stored of the secret.
    pub digest: String,
    /// The day on which it is used: links end.
    pub today: NaiveDate,
}

/// Whom a grant is for: a type and an id, as grants name them.
pub type Holder<'a> = (&'static str, &'a str);

/// Everybody, in grants.
pub const ANY_USER: Holder<'static> = ("system_role", "any_user");
/// Everybody who proved who they are, in grants.
pub const AUTHENTICATED_USER: Holder<'static> = ("system_role", "authenticated_user");

impl Identity {
    /// A caller who did not say who they are.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Cairn itself: consumers, jobs, set-up.
    pub fn system() -> Self {
        Self { system: true, ..Self::default() }
    }

    /// A user who proved to be `user`, holding `roles`.
    pub fn user(user: UserId, roles: impl IntoIterator<Item = String>) -> Self {
        Self { user: Some(user), roles: roles.into_iter().collect(), ..Self::default() }
    }

    /// The same caller, who prefers to read in this locale (`de`, `pt-BR`).
    #[must_use]
    pub fn reading(mut self, locale: Option<String>) -> Self {
        self.locale = locale;
        self
    }

    /// The same caller, who also came by a link with this secret.
    #[must_use]
    pub fn with_key(self, key: Option<LinkKey>) -> Self {
        Self { key, ..self }
    }

    /// The same caller, whose drafts may hold so much.
    #[must_use]
    pub fn allowed(self, allowance: Option<Allowance>) -> Self {
        Self { allowance, ..self }
    }

    /// The same caller, whose request came from this address.
    #[must_use]
    pub fn at(self, address: String) -> Self {
        Self { address: Some(address), ..self }
    }

    /// The address that the request came from; empty where that cannot be told, none where there is no request.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// How much drafts that the caller begins may hold, where an administrator said so.
    pub fn allowance(&self) -> Option<Allowance> {
        self.allowance
    }

    /// The secret of the link that the caller came by.
    pub fn key(&self) -> Option<&LinkKey> {
        self.key.as_ref()
    }

    /// Everything that a grant can be for and that the caller is.
    pub fn holders(&self) -> impl Iterator<Item = Holder<'_>> {
        let known = self.is_known().then_some(AUTHENTICATED_USER);
        let user = self.user.iter().map(|user| ("user", user.as_str()));
        let roles = self.roles().map(|role| ("role", role));
        [ANY_USER].into_iter().chain(known).chain(user).chain(roles)
    }

    /// The locale the caller prefers, if they said so in their profile.
    pub fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }

    /// The user's id, unless nobody or the system asks.
    pub fn id(&self) -> Option<&UserId> {
        self.user.as_ref()
    }

    /// Someone proved who they are (or the system asks).
    pub fn is_known(&self) -> bool {
        self.user.is_some() || self.system
    }

    /// The system itself asks.
    pub fn is_system(&self) -> bool {
        self.system
    }

    /// The caller holds `role`. The system holds every role.
    pub fn has_role(&self, role: &str) -> bool {
        self.system || self.roles.contains(role)
    }

    /// The caller administers the site.
    pub fn is_administrator(&self) -> bool {
        self.has_role(ADMINISTRATOR)
    }

    /// What is about the repository as a whole is for those who run it.
    ///
    /// # Errors
    /// [`Error::Denied`] for anybody else.
    pub fn require_administrator(&self) -> Result<()> {
        if self.is_administrator() { Ok(()) } else { Err(Error::Denied) }
    }

    /// The roles the caller holds by name.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }

    /// What the audit trail and events call the caller: a user id, `system` or `anonymous`.
    pub fn actor(&self) -> &str {
        match &self.user {
            Some(user) => user.as_str(),
            None if self.system => "system",
            None => "anonymous",
        }
    }
}
