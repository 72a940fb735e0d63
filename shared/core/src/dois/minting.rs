//! What a site decides about DOIs.

use cairn_model::{DoiSettings, Hosts, fields::pids::PersistentId};

use super::registry::{Passwords, Provider, Registry, TEST_PREFIX};

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

impl Minting {
    /// As the site's owner says it. Without a password registries are not asked: functions that ask none have none.
    ///
    /// # Errors
    /// What cannot be used, and what would do.
    pub fn of(said: &DoiSettings, passwords: Passwords) -> Result<Self, String> {
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
        let crossref = Registry::crossref(said, &site_name, passwords.crossref)?;
        let says_datacite = said.datacite_prefix.is_some() || said.datacite_repository.is_some();
        let datacite = (says_datacite || crossref.is_none())
            .then(|| Registry::datacite(said, passwords.datacite))
            .transpose()?;
        let (registries, hosts): (Vec<Registry>, Vec<_>) = datacite.into_iter().chain(crossref).unzip();
        if let [one, other] = registries.as_slice()
            && one.prefix == other.prefix
        {
            return Err(format!(
                "CAIRN_CROSSREF_PREFIX is `{}` as is CAIRN_DATACITE_PREFIX, and has to be another",
                one.prefix
            ));
        }
        let hosts: Vec<String> = hosts.into_iter().flatten().collect();
        let hosts = hosts.join(",").parse()?;
        let registries = if is_made { registries } else { Vec::new() };
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
    use crate::users::Secret;

    fn said(pairs: &[(&'static str, &'static str)]) -> DoiSettings {
        DoiSettings::from_lookup(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn passwords() -> Passwords {
        let password = || Some(Secret::new("glaze"));
        Passwords { datacite: password(), crossref: password() }
    }

    #[test]
    fn without_an_account_dois_are_made_to_try_things() {
        let minting = Minting::of(&said(&[]), Passwords::default()).unwrap();
        assert_eq!((minting.test_prefix(), minting.is_required()), (TEST_PREFIX, true));
        assert!(minting.registries[0].account.is_none() && minting.hosts.0.is_empty());
        assert!(
            Minting::of(&said(&[("CAIRN_DOIS", "none")]), Passwords::default())
                .unwrap()
                .registries
                .is_empty()
        );
        assert!(
            !Minting::of(&said(&[("CAIRN_DOIS", "optional")]), Passwords::default()).unwrap().is_required()
        );
    }

    #[test]
    fn an_account_is_told_of_dois_and_nobody_sees_its_password() {
        let said = said(&[
            ("CAIRN_DATACITE_PREFIX", "10.12345"),
            ("CAIRN_DATACITE_REPOSITORY", "KILN.CAIRN"),
            ("CAIRN_SITE_NAME", "Kiln"),
        ]);
        let minting = Minting::of(&said, passwords()).unwrap();
        assert_eq!((minting.test_prefix(), minting.site_name.as_str()), ("", "Kiln"));
        assert_eq!(minting.hosts, "https://api.datacite.org".parse().unwrap());
        let shown = format!("{minting:?}");
        assert!(shown.contains("KILN.CAIRN") && !shown.contains("glaze"), "{shown}");
        // Functions that ask nobody have no password; DOIs look the same there.
        let without = Minting::of(&said, Passwords::default()).unwrap();
        assert!(without.registries[0].account.is_none() && !without.registries[0].is_test);
    }

    #[test]
    fn the_test_system_resolves_what_it_registers() {
        let said = said(&[
            ("CAIRN_DATACITE_PREFIX", "10.80225"),
            ("CAIRN_DATACITE_REPOSITORY", "KILN.CAIRN"),
            ("CAIRN_DATACITE_URL", "https://api.test.datacite.org/"),
        ]);
        let minting = Minting::of(&said, passwords()).unwrap();
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
            assert_eq!(Minting::of(&said(pairs), Passwords::default()).unwrap_err(), reason);
        }
    }

    #[test]
    fn of_two_registries_the_first_makes_what_nobody_asks_the_other_for() {
        let crossref = &[
            ("CAIRN_CROSSREF_PREFIX", "10.54321"),
            ("CAIRN_CROSSREF_USER", "kiln"),
            ("CAIRN_CROSSREF_EMAIL", "ada@example.org"),
            ("CAIRN_SITE_NAME", "Kiln"),
        ][..];
        let alone = Minting::of(&said(crossref), passwords()).unwrap();
        assert_eq!((alone.registries.len(), alone.test_prefix()), (1, ""));
        assert_eq!(alone.first().unwrap().mint("x").provider, "crossref");
        assert_eq!(alone.hosts, "https://doi.crossref.org".parse().unwrap());
        assert_eq!(alone.registries[0].account.as_ref().unwrap().depositor.name, "Kiln");
        let both: Vec<_> = crossref
            .iter()
            .chain(&[("CAIRN_DATACITE_PREFIX", "10.12345"), ("CAIRN_DATACITE_REPOSITORY", "KILN.CAIRN")])
            .copied()
            .collect();
        let both = Minting::of(&said(&both), passwords()).unwrap();
        assert_eq!(both.first().unwrap().provider, Provider::Datacite);
        assert_eq!(both.owner("10.54321/x").unwrap().provider, Provider::Crossref);
        assert_eq!(both.hosts, "https://api.datacite.org,https://doi.crossref.org".parse().unwrap());
        for (pairs, reason) in [
            (
                &[("CAIRN_CROSSREF_USER", "kiln")][..],
                "CAIRN_CROSSREF_PREFIX says what the DOIs of the account begin with",
            ),
            (
                &[("CAIRN_CROSSREF_USER", "kiln"), ("CAIRN_CROSSREF_PREFIX", "10.1")],
                "CAIRN_CROSSREF_EMAIL is ``, and has to be the address that Crossref writes to about deposits",
            ),
            (
                &[("CAIRN_DATACITE_PREFIX", "10.1"), ("CAIRN_CROSSREF_PREFIX", "10.1")],
                "CAIRN_CROSSREF_PREFIX is `10.1` as is CAIRN_DATACITE_PREFIX, and has to be another",
            ),
        ] {
            assert_eq!(Minting::of(&said(pairs), passwords()).unwrap_err(), reason);
        }
    }
}
