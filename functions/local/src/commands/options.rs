//! Options that all commands share: which repository, whose token, which data folder, for people or machines.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use url::{Host, Url};

/// A password or token. It cannot be printed, so it cannot leak into messages.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// The text itself, for the one place that sends it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.trim_end_matches(['\r', '\n']).into()))
    }
}

/// Options that may stand anywhere on the command line.
#[derive(Args)]
pub(crate) struct Globals {
    /// The repository to talk to
    #[arg(long, global = true, env = "CAIRN_URL", value_parser = parse_site, default_value = "http://127.0.0.1:8080")]
    pub(crate) url: Url,
    /// The data folder of a repository on this machine
    #[arg(long, global = true, env = "CAIRN_DATA", value_name = "DIR", default_value = "./.cairn")]
    pub(crate) data: PathBuf,
    /// Write JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// `--token` behind a command.
#[derive(Args, Clone, Default)]
pub(crate) struct TokenOption {
    /// Comes before one that stands in front of the command, or in the environment.
    #[arg(
        long = "token",
        id = "own_token",
        value_name = "TOKEN",
        help = "Token to authenticate with [env: CAIRN_TOKEN]"
    )]
    pub(crate) token: Option<Secret>,
}

/// Where to send requests, and as whom.
pub(crate) struct Access {
    /// Base of the repository, without a slash at the end.
    pub(crate) site: Url,
    /// Nobody, if there is none.
    pub(crate) token: Option<Secret>,
}

impl Globals {
    /// The repository with `token`, or else with the administrator's token of a repository on this machine.
    pub(crate) fn access(&self, token: Option<&Secret>) -> anyhow::Result<Access> {
        let given = token.filter(|token| !token.reveal().is_empty()).cloned();
        let token = match given {
            None if is_local(&self.url) => admin_token(&self.data)?,
            given => given,
        };
        Ok(Access { site: self.url.clone(), token })
    }
}

impl Access {
    /// Refuses to go on without a token, for commands that nobody may run unnamed.
    pub(crate) fn require_token(&self) -> Result<(), super::Usage> {
        if self.token.is_some() {
            return Ok(());
        }
        Err(super::Usage(
            "a token is needed: pass one with --token or CAIRN_TOKEN; for a repository on this machine \
             name its data folder with --data or CAIRN_DATA"
                .into(),
        ))
    }
}

fn parse_site(text: &str) -> Result<Url, String> {
    let mut url =
        Url::parse(text).map_err(|error| format!("{error}; write it like http://127.0.0.1:8080"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("write it like http://127.0.0.1:8080 or https://data.example.org".into());
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// Only this machine may be sent its administrator's token unasked.
pub(crate) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn admin_token(data: &Path) -> anyhow::Result<Option<Secret>> {
    let path = data.join("admin-token");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(Secret(text.trim().into())).filter(|token| !token.0.is_empty())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(anyhow::anyhow!("cannot read {}: {error}; pass --token instead", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globals(url: &str, data: &Path) -> Globals {
        Globals { url: parse_site(url).unwrap(), data: data.into(), json: false }
    }

    #[test]
    fn the_administrators_token_goes_to_this_machine_only() {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("admin-token"), "abc\n").unwrap();
        let token =
            |url| globals(url, data.path()).access(None).unwrap().token.map(|t| t.reveal().to_owned());
        for url in ["http://127.0.0.1:1", "http://localhost:1/", "http://[::1]:1", "http://127.3.2.1"] {
            assert_eq!(token(url).as_deref(), Some("abc"), "{url}");
        }
        for url in ["http://localhost.example.org", "https://data.example.org", "http://127.0.0.1.nip.io"] {
            assert_eq!(token(url), None, "{url}");
        }
    }

    #[test]
    fn a_given_token_comes_first_and_an_empty_one_counts_as_none() {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("admin-token"), "abc").unwrap();
        let globals = globals("http://127.0.0.1:1", data.path());
        let token = |text: &str| globals.access(Some(&text.parse().unwrap())).unwrap().token.unwrap();
        assert_eq!(token("mine").reveal(), "mine");
        assert_eq!(token("").reveal(), "abc");
    }

    #[test]
    fn without_any_token_the_error_says_what_to_do() {
        let access = globals("https://data.example.org", Path::new("/nowhere")).access(None).unwrap();
        assert!(access.require_token().unwrap_err().to_string().contains("CAIRN_TOKEN"));
    }
}
