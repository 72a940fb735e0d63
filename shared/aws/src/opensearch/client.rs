//! Requests to OpenSearch: signed where it is AWS's, tried again where it is busy.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use bytes::Bytes;
use cairn_ports::search::SearchError;
use opensearch::{
    auth::Credentials,
    http::{
        Method, StatusCode, Url,
        headers::{CONTENT_TYPE, HeaderMap, HeaderValue},
        response::Response,
        transport::{SingleNodeConnectionPool, Transport, TransportBuilder},
    },
};
use serde_json::Value;

use super::garbled;
use crate::config;

/// How long one attempt may take: OpenSearch answers a search of a repository within milliseconds, and a bulk within seconds.
const ATTEMPT: Duration = Duration::from_secs(20);
/// A busy cluster is asked again so often, after pauses that double and are never the same for two callers.
const AGAIN: usize = 5;
/// The first pause.
const PAUSE: Duration = Duration::from_millis(100);

/// A client of one cluster.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Transport,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("the address of OpenSearch cannot be used: {0}")]
pub struct NoClient(String);

impl Client {
    /// A client of the cluster at `address`: requests to AWS are signed, others are not.
    ///
    /// # Errors
    /// It is no address, or the environment has no region.
    pub async fn of(address: &str) -> Result<Self, NoClient> {
        let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
        if host.is_some_and(|host| host.ends_with(".amazonaws.com")) {
            Self::signed(address).await
        } else {
            Self::unsigned(address)
        }
    }

    /// A client of the cluster at `address`, which takes requests without a signature.
    ///
    /// # Errors
    /// It is no address.
    pub fn unsigned(address: &str) -> Result<Self, NoClient> {
        Self::made(address, None)
    }

    /// A client of an OpenSearch Service domain, with region and credentials as the environment says.
    ///
    /// # Errors
    /// It is no address, or the environment has no region.
    async fn signed(address: &str) -> Result<Self, NoClient> {
        let config = config::from_env(ATTEMPT).load().await;
        let credentials = Credentials::try_from(config).map_err(|error| NoClient(error.to_string()))?;
        Self::made(address, Some(credentials))
    }

    fn made(address: &str, credentials: Option<Credentials>) -> Result<Self, NoClient> {
        let url = Url::parse(address).map_err(|error| NoClient(error.to_string()))?;
        let mut builder =
            TransportBuilder::new(SingleNodeConnectionPool::new(url)).disable_proxy().timeout(ATTEMPT);
        if let Some(credentials) = credentials {
            builder = builder.auth(credentials);
        }
        let transport = builder.build().map_err(|error| NoClient(error.to_string()))?;
        Ok(Self { transport })
    }

    /// Asks, with JSON or nothing; again where nobody answers or the cluster is busy. Every request of this adapter may be
    /// made twice.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        params: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, SearchError> {
        let body = body.map(|body| (Bytes::from(body.to_string()), "application/json"));
        self.send(method, path, params, body).await
    }

    /// Sends lines of JSON.
    pub(super) async fn lines(&self, path: &str, lines: Vec<u8>) -> Result<Reply, SearchError> {
        self.send(Method::Post, path, &[], Some((lines.into(), "application/x-ndjson"))).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        params: &[(&str, &str)],
        body: Option<(Bytes, &'static str)>,
    ) -> Result<Reply, SearchError> {
        let mut pauses = pauses();
        loop {
            let mut headers = HeaderMap::new();
            if let Some((_, kind)) = &body {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            }
            let params = (!params.is_empty()).then_some(params);
            let text = body.as_ref().map(|(text, _)| text.clone());
            let sent = self.transport.send(method, path, headers, params, text, None).await;
            let failure = match sent {
                Ok(response) if is_busy(response.status_code()) => response.status_code().to_string(),
                Ok(response) => match Reply::read(response).await {
                    Ok(reply) => return Ok(reply),
                    Err(error) => error.to_string(),
                },
                Err(error) => error.to_string(),
            };
            let Some(pause) = pauses.next() else { return Err(SearchError::Unavailable(failure)) };
            tracing::debug!(path, "OpenSearch is asked again: {failure}");
            tokio::time::sleep(pause).await;
        }
    }
}

fn is_busy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// How long to wait before each further attempt.
pub(super) fn pauses() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::default().with_min_delay(PAUSE).with_max_times(AGAIN).with_jitter().build()
}

/// What OpenSearch answered.
pub(super) struct Reply {
    pub status: StatusCode,
    text: String,
}

impl Reply {
    async fn read(response: Response) -> Result<Self, opensearch::Error> {
        Ok(Self { status: response.status_code(), text: response.text().await? })
    }

    /// The answer as what it should be, if it is no error.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, SearchError> {
        if !self.status.is_success() {
            return Err(self.failure());
        }
        serde_json::from_str(&self.text).map_err(|error| garbled(&error))
    }

    /// The answer, of which nothing but success is wanted.
    pub(super) fn done(&self) -> Result<(), SearchError> {
        if self.status.is_success() { Ok(()) } else { Err(self.failure()) }
    }

    /// The answer to making something whose name nobody else gives: it is there where an earlier answer was lost.
    pub(super) fn made(&self) -> Result<(), SearchError> {
        let answer: Value = serde_json::from_str(&self.text).unwrap_or_default();
        if answer["error"]["type"] == "resource_already_exists_exception" { Ok(()) } else { self.done() }
    }

    /// What is wrong: the query, or the cluster.
    fn failure(&self) -> SearchError {
        let answer: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let error = &answer["error"];
        let reason = error["root_cause"][0]["reason"].as_str().or_else(|| error["reason"].as_str());
        let reason = format!("{}: {}", self.status, reason.unwrap_or(&self.text));
        if self.status == StatusCode::BAD_REQUEST {
            SearchError::BadQuery(reason)
        } else {
            SearchError::Unavailable(reason)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_request_made_is_made() {
        let answered = |status: StatusCode, kind: &str| {
            let text = serde_json::json!({"error": {"type": kind, "reason": "so"}}).to_string();
            Reply { status, text }.made()
        };
        let refused = StatusCode::BAD_REQUEST;
        assert!(answered(refused, "resource_already_exists_exception").is_ok());
        assert!(matches!(answered(refused, "invalid_index_name_exception"), Err(SearchError::BadQuery(_))));
        assert!(answered(StatusCode::OK, "").is_ok());
    }
}
