//! What a site decides about DOIs.

use std::fmt;

use cairn_model::{DoiSettings, Hosts, fields::pids::PersistentId};
use url::Url;

use crate::users::Secret;

/// `DataCite`: the prefix under which nothing is ever registered, so that everything can be tried.
pub const TEST_PREFIX: &str = "10.5072";

/// A registry of DOIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// `DataCite`.
    Datacite,
}

impl Provider {
    /// What records call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Datacite => "datacite",
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

impl Registry {
    /// The DOI of a version or of a parent.
    pub fn mint(&self, id: &str) -> PersistentId {
        self.named(format!("{}/{id}", self.prefix))
    }

    /// A DOI of this registry.
    fn named(&self, identifier: String) -> PersistentId {
        let name = self.provider.name().to_owned();
        PersistentId { identifier, provider: name.clone(), client: Some(name) }
    }
}

/// How DOIs are made.
#[derive(Debug, Clone)]
pub struct Minting {
    /// The registries, the one for new DOIs first; none: only DOIs that others have made are taken.
    pub registries: Vec<Registry>,
    /// Every record that is public has a DOI. Otherwise its owner decides.
    pub required: bool,
    /// What the site is called where somebody brings a DOI that only the site can make.
    pub site_name: String,
    /// Hosts that the registries are asked at.
    pub hosts: Hosts,
}

/// DOIs under the test prefix, which are registered nowhere.
impl Default for Minting {
    fn default() -> Self {
        let local = Registry {
            provider: Provider::Datacite,
            prefix: TEST_PREFIX.into(),
            is_test: true,
            account: None,
        };
        Self { registries: vec![local], required: true, site_name: "Cairn".into(), hosts: Hosts::default() }
    }
}

/// Where `DataCite` is asked.
const DATACITE: &str = "https://api.datacite.org";
/// What the host of its test system says of itself.
const TESTING: &str = "api.test.";

impl Minting {
    /// As the site's owner says it. Without a password registries are not asked: functions that ask none have none.
    ///
    /// # Errors
    /// What cannot be used, and what would do.
    pub fn of(said: &DoiSettings, password: Option<Secret>) -> Result<Self, String> {
        let usual = Self::default();
        let site_name = said.site_name.clone().unwrap_or(usual.site_name);
        let (is_made, required) = match said.dois.as_deref().unwrap_or("required") {
            "required" => (true, true),
            "optional" => (true, false),
            "none" => (false, false),
            other => {
                return Err(format!(
                    "CAIRN_DOIS is `{other}`, and has to be one of required, optional, none"
                ));
            }
        };
        let prefix = said.datacite_prefix.clone();
        if prefix.is_none() && said.datacite_repository.is_some() {
            return Err("CAIRN_DATACITE_PREFIX says what the DOIs of the repository begin with".into());
        }
        let prefix = prefix.unwrap_or_else(|| TEST_PREFIX.into());
        if !is_prefix(&prefix) {
            return Err(format!("CAIRN_DATACITE_PREFIX is `{prefix}`, and has to be one like 10.12345"));
        }
        let (host, url) = address(said.datacite_url.as_deref().unwrap_or(DATACITE))?;
        let is_test = said.datacite_repository.is_none() || url.contains(TESTING);
        let account = said.datacite_repository.clone().zip(password);
        let hosts = if account.is_some() { host.parse()? } else { Hosts::default() };
        let account = account.map(|(user, password)| Account { url, user, password });
        let registry = Registry { provider: Provider::Datacite, prefix, is_test, account };
        let registries = if is_made { vec![registry] } else { Vec::new() };
        Ok(Self { registries, required, site_name, hosts })
    }

    /// Records that are public have to have a DOI.
    pub fn is_required(&self) -> bool {
        self.required && !self.registries.is_empty()
    }

    /// The registry of new DOIs.
    pub fn first(&self) -> Option<&Registry> {
        self.registries.first()
    }

    /// The registry that records call so.
    pub fn provider(&self, name: &str) -> Option<&Registry> {
        self.registries.iter().find(|registry| registry.provider.name() == name)
    }

    /// The registry of a DOI, by its prefix.
    pub fn owner(&self, doi: &str) -> Option<&Registry> {
        let prefix = prefix(doi)?;
        self.registries.iter().find(|registry| registry.prefix == prefix)
    }

    /// The prefix whose DOIs the test system resolves; empty where there is none.
    pub fn test_prefix(&self) -> &str {
        self.registries.iter().find(|registry| registry.is_test).map_or("", |registry| &registry.prefix)
    }
}

/// The host of an address, as lists of hosts name it, and the address. `private:` and `loopback:` may stand before it.
fn address(text: &str) -> Result<(String, String), String> {
    let unfit = || format!("CAIRN_DATACITE_URL is `{text}`, and has to be an address like {DATACITE}");
    let near = ["private:", "loopback:"].into_iter().find_map(|near| Some((near, text.strip_prefix(near)?)));
    let (near, text) = near.unwrap_or(("", text));
    let url = Url::parse(text).map_err(|_| unfit())?;
    let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")).ok_or_else(unfit)?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok((format!("{near}{}://{host}{port}", url.scheme()), url.as_str().trim_end_matches('/').to_owned()))
}

fn is_prefix(text: &str) -> bool {
    let numbers = text.strip_prefix("10.").map(|rest| rest.split('.'));
    numbers.is_some_and(|mut numbers| {
        numbers.all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// What a DOI has before its slash.
pub(crate) fn prefix(doi: &str) -> Option<&str> {
    doi.split_once('/').map(|(prefix, _)| prefix)
}

/// A DOI that this site has made, and looks after.
pub(crate) fn is_managed(doi: &PersistentId) -> bool {
    doi.provider != EXTERNAL
}

/// What records call it where somebody else looks after a DOI.
pub(crate) const EXTERNAL: &str = "external";

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pairs: &'static [(&'static str, &'static str)]) -> DoiSettings {
        DoiSettings::from_lookup(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_an_account_dois_are_made_to_try_things() {
        let minting = Minting::of(&said(&[]), None).unwrap();
        assert_eq!((minting.test_prefix(), minting.is_required()), (TEST_PREFIX, true));
        assert!(minting.registries[0].account.is_none() && minting.hosts.0.is_empty());
        assert!(Minting::of(&said(&[("CAIRN_DOIS", "none")]), None).unwrap().registries.is_empty());
        assert!(!Minting::of(&said(&[("CAIRN_DOIS", "optional")]), None).unwrap().is_required());
    }

    #[test]
    fn an_account_is_told_of_dois_and_nobody_sees_its_password() {
        let said = said(&[
            ("CAIRN_DATACITE_PREFIX", "10.12345"),
            ("CAIRN_DATACITE_REPOSITORY", "KILN.CAIRN"),
            ("CAIRN_SITE_NAME", "Kiln"),
        ]);
        let minting = Minting::of(&said, Some(Secret::new("glaze"))).unwrap();
        assert_eq!((minting.test_prefix(), minting.site_name.as_str()), ("", "Kiln"));
        assert_eq!(minting.hosts, "https://api.datacite.org".parse().unwrap());
        let shown = format!("{minting:?}");
        assert!(shown.contains("KILN.CAIRN") && !shown.contains("glaze"), "{shown}");
        // Functions that ask nobody have no password; DOIs look the same there.
        let without = Minting::of(&said, None).unwrap();
        assert!(without.registries[0].account.is_none() && !without.registries[0].is_test);
    }

    #[test]
    fn the_test_system_resolves_what_it_registers() {
        let said = said(&[
            ("CAIRN_DATACITE_PREFIX", "10.80225"),
            ("CAIRN_DATACITE_REPOSITORY", "KILN.CAIRN"),
            ("CAIRN_DATACITE_URL", "https://api.test.datacite.org/"),
        ]);
        let minting = Minting::of(&said, Some(Secret::new("glaze"))).unwrap();
        assert_eq!(minting.test_prefix(), "10.80225");
        let account = minting.registries[0].account.as_ref().unwrap();
        assert_eq!(account.url, "https://api.test.datacite.org");
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_a_reason() {
        for (pairs, reason) in [
            (
                &[("CAIRN_DOIS", "maybe")][..],
                "CAIRN_DOIS is `maybe`, and has to be one of required, optional, none",
            ),
            (
                &[("CAIRN_DATACITE_REPOSITORY", "A.B")],
                "CAIRN_DATACITE_PREFIX says what the DOIs of the repository begin with",
            ),
            (
                &[("CAIRN_DATACITE_PREFIX", "10.x")],
                "CAIRN_DATACITE_PREFIX is `10.x`, and has to be one like 10.12345",
            ),
            (
                &[("CAIRN_DATACITE_URL", "ftp://x.org")],
                "CAIRN_DATACITE_URL is `ftp://x.org`, and has to be an address like https://api.datacite.org",
            ),
        ] {
            assert_eq!(Minting::of(&said(pairs), None).unwrap_err(), reason);
        }
    }

    #[test]
    fn an_address_may_be_near() {
        let near = address("loopback:http://127.0.0.1:9000/api/").unwrap();
        assert_eq!(near, ("loopback:http://127.0.0.1:9000".into(), "http://127.0.0.1:9000/api".into()));
    }
}
