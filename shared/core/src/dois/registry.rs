//! Registries of DOIs, as the site's owner describes them.

use std::fmt;

use cairn_model::{DoiSettings, fields::pids::PersistentId};
use url::Url;

use crate::users::Secret;

/// `DataCite`: the prefix under which nothing is ever registered, so that everything can be tried.
pub const TEST_PREFIX: &str = "10.5072";

/// Where `DataCite` is asked.
const DATACITE: &str = "https://api.datacite.org";
/// What the host of its test system says of itself.
const TESTING: &str = "api.test.";
/// Where `Crossref` is asked.
const CROSSREF: &str = "https://doi.crossref.org";

/// A registry of DOIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// `DataCite`.
    Datacite,
    /// `Crossref`.
    Crossref,
}

impl Provider {
    /// What records call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Datacite => "datacite",
            Self::Crossref => "crossref",
        }
    }
}

/// A registry of which this site has DOIs.
#[derive(Debug, Clone)]
pub struct Registry {
    /// Which it is.
    pub provider: Provider,
    /// What its DOIs begin with, before the slash.
    pub prefix: String,
    /// Its DOIs are resolved by the test system of `DataCite`, and by nobody else.
    pub is_test: bool,
    /// As whom it is asked; nothing: DOIs stay here, and nobody else knows of them.
    pub account: Option<Account>,
}

/// An account at a registry.
#[derive(Clone)]
pub struct Account {
    /// The address of its API.
    pub url: String,
    /// Its name.
    pub user: String,
    /// What only its owner knows.
    pub password: Secret,
    /// Who deposits. `DataCite` does not ask.
    pub depositor: Depositor,
}

/// Who tells a registry of works.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Depositor {
    /// What they are called.
    pub name: String,
    /// Where the registry writes to them.
    pub email: String,
}

/// Passwords of accounts, where they are known.
#[derive(Clone, Default)]
pub struct Passwords {
    /// That of the account at `DataCite`.
    pub datacite: Option<Secret>,
    /// That of the account at `Crossref`.
    pub crossref: Option<Secret>,
}

/// Without what must not be seen.
impl fmt::Debug for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Account")
            .field("url", &self.url)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A registry, and the host that it is asked at, as lists of hosts name it, if it is asked.
pub(super) type Reached = (Registry, Option<String>);

impl Registry {
    /// `DataCite`, as it is described; under the test prefix where no other is said.
    ///
    /// # Errors
    /// What cannot be used, and what would do.
    pub(super) fn datacite(said: &DoiSettings, password: Option<Secret>) -> Result<Reached, String> {
        let prefix = said.datacite_prefix.clone();
        if prefix.is_none() && said.datacite_repository.is_some() {
            return Err("CAIRN_DATACITE_PREFIX says what the DOIs of the repository begin with".into());
        }
        let prefix = prefix.unwrap_or_else(|| TEST_PREFIX.into());
        require_prefix("CAIRN_DATACITE_PREFIX", &prefix)?;
        let (host, url) = address("CAIRN_DATACITE_URL", said.datacite_url.as_deref(), DATACITE)?;
        let is_test = said.datacite_repository.is_none() || url.contains(TESTING);
        let account = said.datacite_repository.clone().zip(password);
        let account =
            account.map(|(user, password)| Account { url, user, password, depositor: Depositor::default() });
        let host = account.is_some().then_some(host);
        Ok((Self { provider: Provider::Datacite, prefix, is_test, account }, host))
    }

    /// `Crossref`, as it is described; nothing where it is not.
    ///
    /// # Errors
    /// What cannot be used, and what would do.
    pub(super) fn crossref(
        said: &DoiSettings,
        site_name: &str,
        password: Option<Secret>,
    ) -> Result<Option<Reached>, String> {
        let Some(prefix) = said.crossref_prefix.clone() else {
            return match said.crossref_user {
                Some(_) => Err("CAIRN_CROSSREF_PREFIX says what the DOIs of the account begin with".into()),
                None => Ok(None),
            };
        };
        require_prefix("CAIRN_CROSSREF_PREFIX", &prefix)?;
        let (host, url) = address("CAIRN_CROSSREF_URL", said.crossref_url.as_deref(), CROSSREF)?;
        let name = said.crossref_depositor.clone().unwrap_or_else(|| site_name.to_owned());
        let email = said.crossref_email.clone().unwrap_or_default();
        if said.crossref_user.is_some() && !is_email(&email) {
            return Err(format!(
                "CAIRN_CROSSREF_EMAIL is `{email}`, and has to be the address that Crossref writes to about deposits"
            ));
        }
        let depositor = Depositor { name, email };
        let account = said.crossref_user.clone().zip(password);
        let account = account.map(|(user, password)| Account { url, user, password, depositor });
        let host = account.is_some().then_some(host);
        Ok(Some((Self { provider: Provider::Crossref, prefix, is_test: false, account }, host)))
    }

    /// The DOI of a version or of a parent.
    pub fn mint(&self, id: &str) -> PersistentId {
        let name = self.provider.name().to_owned();
        PersistentId {
            identifier: format!("{}/{id}", self.prefix),
            provider: name.clone(),
            client: Some(name),
        }
    }
}

/// The host of an address, as lists of hosts name it, and the address. `private:` and `loopback:` may stand before it.
fn address(variable: &str, said: Option<&str>, usual: &str) -> Result<(String, String), String> {
    let text = said.unwrap_or(usual);
    let unfit = || format!("{variable} is `{text}`, and has to be an address like {usual}");
    let near = ["private:", "loopback:"].into_iter().find_map(|near| Some((near, text.strip_prefix(near)?)));
    let (near, text) = near.unwrap_or(("", text));
    let url = Url::parse(text).map_err(|_| unfit())?;
    let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")).ok_or_else(unfit)?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok((format!("{near}{}://{host}{port}", url.scheme()), url.as_str().trim_end_matches('/').to_owned()))
}

fn require_prefix(variable: &str, text: &str) -> Result<(), String> {
    let numbers = text.strip_prefix("10.").map(|rest| rest.split('.'));
    let is_prefix = numbers.is_some_and(|mut numbers| {
        numbers.all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    });
    if is_prefix { Ok(()) } else { Err(format!("{variable} is `{text}`, and has to be one like 10.12345")) }
}

/// As much of an address as the schema of deposits asks for: 6 to 200 characters.
fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    (6..=200).contains(&text.chars().count())
        && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_near() {
        let near = address("X", Some("loopback:http://127.0.0.1:9000/api/"), DATACITE).unwrap();
        assert_eq!(near, ("loopback:http://127.0.0.1:9000".into(), "http://127.0.0.1:9000/api".into()));
    }
}
