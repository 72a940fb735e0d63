//! Which hosts the repository may ask, and which files may be linked to: a list that the site's owner writes.

use std::{fmt, str::FromStr};

use url::Url;

/// How near the addresses of a host may be. Each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only addresses of the public internet.
    Public,
    /// Addresses of private networks too.
    Private,
    /// This very machine too.
    Loopback,
}

/// A host of the list: `[private:|loopback:][http://]host[:port]`. Without a port it is the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    name: String,
    port: Option<u16>,
    http: bool,
    reach: Reach,
}

impl FromStr for Host {
    type Err = String;

    /// Reads a host of the list.
    fn from_str(text: &str) -> Result<Self, String> {
        let near = [("private:", Reach::Private), ("loopback:", Reach::Loopback)];
        let (reach, rest) = near
            .into_iter()
            .find_map(|(prefix, reach)| Some((reach, text.strip_prefix(prefix)?)))
            .unwrap_or((Reach::Public, text));
        let http = rest.starts_with("http://");
        let address = if rest.contains("://") { rest.to_owned() } else { format!("https://{rest}") };
        let unfit =
            || format!("`{text}` is no host; write it like `files.example.org` or `http://10.0.0.7:8080`");
        let url = Url::parse(&address).ok().filter(is_bare).ok_or_else(unfit)?;
        let name = url.host_str().ok_or_else(unfit)?.to_owned();
        Ok(Self { name, port: url.port(), http, reach })
    }
}

/// Whether it is an address of the web that names nothing but a host.
fn is_bare(url: &Url) -> bool {
    let more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
    matches!(url.scheme(), "http" | "https") && !more && !has_credentials(url)
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

impl Host {
    fn is_of(&self, url: &Url) -> bool {
        let by = url.scheme() == "https" || (self.http && url.scheme() == "http");
        by && url.host_str() == Some(&self.name) && url.port() == self.port
    }
}

/// The hosts that may be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(pub Vec<Host>);

impl Hosts {
    /// How near the host of an address may be; nothing if it may not be asked at all.
    pub fn reach_of(&self, url: &Url) -> Option<Reach> {
        let fitting = self.0.iter().filter(|host| host.is_of(url) && !has_credentials(url));
        fitting.map(|host| host.reach).max()
    }

    /// Whether one of them may be this very machine.
    pub fn reach_loopback(&self) -> bool {
        self.0.iter().any(|host| host.reach == Reach::Loopback)
    }
}

impl FromStr for Hosts {
    type Err = String;

    /// Reads hosts, separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.split(',').map(str::trim).filter(|host| !host.is_empty());
        named.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Public => "public",
            Self::Private => "public or private",
            Self::Loopback => "public, private or of this machine",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(hosts: &str, url: &str) -> Option<Reach> {
        hosts.parse::<Hosts>().unwrap().reach_of(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_what_is_listed_may_be_asked_and_as_it_is_listed() {
        let list =
            "a.example.org, http://b.example.org:8080,private:c.example.org,loopback:http://127.0.0.1:81";
        for (url, expected) in [
            ("https://a.example.org/x?y#z", Some(Reach::Public)),
            ("https://A.Example.ORG:443/", Some(Reach::Public)),
            ("http://a.example.org/", None),
            ("https://a.example.org:8443/", None),
            ("https://a.example.org./", None),
            ("https://x.a.example.org/", None),
            ("https://a.example.org@evil.example.org/", None),
            ("https://user@a.example.org/", None),
            ("https://user:secret@a.example.org/", None),
            ("ftp://a.example.org/", None),
            ("http://b.example.org:8080/", Some(Reach::Public)),
            ("https://b.example.org:8080/", Some(Reach::Public)),
            ("http://b.example.org/", None),
            ("https://c.example.org/", Some(Reach::Private)),
            ("http://127.0.0.1:81/", Some(Reach::Loopback)),
            ("http://2130706433:81/", Some(Reach::Loopback)),
            ("https://169.254.169.254/", None),
        ] {
            assert_eq!(reach(list, url), expected, "{url}");
        }
        assert_eq!(reach("", "https://a.example.org/"), None);
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in ["a b", "https://a/x", "a?b", "ftp://a", "u@a", "private:", "http://", "a/"] {
            // A slash at the end names nothing more.
            assert_eq!(text.parse::<Host>().is_err(), text != "a/", "{text}");
        }
        assert!("loopback:http://127.0.0.1".parse::<Hosts>().unwrap().reach_loopback());
        assert!(!"private:a,b".parse::<Hosts>().unwrap().reach_loopback());
    }
}
