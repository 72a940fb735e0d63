//! The adapter of the outbound port, and the only code of the servers that asks other machines by HTTP.
//!
//! A host has to be listed. It is resolved once, every address that comes of it has to be one that the host may have, and
//! the connection goes to what was checked. Redirects are not followed, proxies of the environment are not used, bodies
//! are counted as they come.

mod addresses;
mod names;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_model::Hosts;
use cairn_ports::{
    Outbound, OutboundError,
    outbound::{Answer, Method, Request},
};
use futures::{StreamExt, stream, stream::BoxStream};
use reqwest::{Response, redirect::Policy};
use tokio::time::timeout;
use url::{Host, Url};

pub use names::{Names, SystemNames};

/// Longest time to find a host's addresses, and again to reach one of them.
const CONNECT: Duration = Duration::from_secs(5);
/// How the repository calls itself.
const AGENT: &str = concat!("Cairn/", env!("CARGO_PKG_VERSION"));

/// Asks the hosts that are listed.
pub struct Client {
    hosts: Hosts,
    names: Arc<dyn Names>,
}

impl Client {
    /// A client that may ask these hosts, found as this machine finds them.
    pub fn new(hosts: Hosts) -> Self {
        Self::with_names(hosts, Arc::new(SystemNames))
    }

    /// A client that finds hosts in another way.
    pub fn with_names(hosts: Hosts, names: Arc<dyn Names>) -> Self {
        Self { hosts, names }
    }

    /// The addresses of the host, all of which it may have. Where one may not be, none of them is asked.
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, OutboundError> {
        let refused = |why: String| Err(OutboundError::Refused(why));
        let (Some(reach), Some(host)) = (self.hosts.reach_of(url), url.host()) else {
            let host = url.host_str().unwrap_or_default();
            return refused(format!("{} of `{host}` is not listed", url.scheme()));
        };
        let port = url.port_or_known_default().unwrap_or(443);
        let found = match host {
            Host::Ipv4(address) => vec![address.into()],
            Host::Ipv6(address) => vec![address.into()],
            Host::Domain(name) => match timeout(CONNECT, self.names.find(name)).await {
                Ok(Ok(found)) if !found.is_empty() => found,
                Ok(Ok(_)) => return unreachable(format!("`{name}` has no address")),
                Ok(Err(error)) => return unreachable(format!("`{name}` is not known: {error}")),
                Err(_) => return unreachable(format!("nobody says in time where `{name}` is")),
            },
        };
        match found.iter().find(|address| !addresses::may_be(reach, **address)) {
            Some(address) => refused(format!("`{host}` leads to {address}, which is not {reach}")),
            None => Ok(found.into_iter().map(|address| SocketAddr::new(address, port)).collect()),
        }
    }
}

#[async_trait]
impl Outbound for Client {
    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        let url = Url::parse(&request.url).map_err(|error| OutboundError::Refused(error.to_string()))?;
        let addresses = self.addresses(&url).await?;
        let client = pinned(&url, &addresses, request.within).map_err(|error| failed(&error))?;
        let method = match request.method {
            Method::Head => reqwest::Method::HEAD,
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        let mut sent = client.request(method, url);
        for (name, value) in request.headers {
            sent = sent.header(name, value);
        }
        if !request.body.is_empty() {
            sent = sent.body(request.body);
        }
        let response = sent.send().await.map_err(|error| failed(&error))?;
        let named = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        let (status, headers) = (response.status().as_u16(), named.collect());
        Ok(Answer { status, headers, body: capped(response, request.most) })
    }
}

/// A client for one request, that knows no other way to the host than these addresses. What other crates of the program
/// ask of the library, as decompressing, is switched off here.
fn pinned(url: &Url, addresses: &[SocketAddr], within: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .resolve_to_addrs(url.host_str().unwrap_or_default(), addresses)
        .https_only(url.scheme() == "https")
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .user_agent(AGENT)
        .connect_timeout(CONNECT)
        .timeout(within)
        .build()
}

/// The body, as long as it is not too long.
fn capped(response: Response, most: u64) -> BoxStream<'static, Result<Bytes, OutboundError>> {
    stream::try_unfold((response, 0), move |(mut response, read)| async move {
        let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? else { return Ok(None) };
        let read = read + chunk.len() as u64;
        if read > most {
            return Err(OutboundError::TooLarge(most));
        }
        Ok(Some((chunk, (response, read))))
    })
    .boxed()
}

fn unreachable<T>(why: String) -> Result<T, OutboundError> {
    Err(OutboundError::Unreachable(why))
}

/// What the library says, without the address, which may hold secrets.
fn failed(error: &reqwest::Error) -> OutboundError {
    let mut causes = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        causes.push(next.to_string());
        cause = next.source();
    }
    if error.is_timeout() {
        causes.push("it takes too long".to_owned());
    }
    OutboundError::Unreachable(causes.join(": "))
}
