//! The HTTP client of the commands: one repository, one token, patient where trying again is safe.

mod failure;
mod retry;

pub(crate) use failure::{Failure, FieldProblem};
pub(crate) use retry::Patience;

use std::time::Duration;

use bytes::Bytes;
use cairn_ports::Ids;
use cairn_ports::ids::RandomIds;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::options::{Access, is_local};

/// Says that an answer repeats an earlier request with the same `Idempotency-Key`.
pub(crate) const REPLAYED: &str = "idempotent-replayed";

/// One request.
pub(crate) struct Call {
    method: Method,
    path: String,
    body: Option<Bytes>,
    key: Option<String>,
}

impl Call {
    /// Reads `path`, which begins with a slash.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None, key: None }
    }

    /// Deletes `path`.
    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(path) }
    }

    /// Puts to `path`, without a body.
    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self { method: Method::PUT, ..Self::get(path) }
    }

    /// Sends to `path`, without a body.
    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self { method: Method::POST, ..Self::get(path) }
    }

    /// With a JSON body that is already text.
    pub(crate) fn body(self, body: impl Into<Bytes>) -> Self {
        Self { body: Some(body.into()), ..self }
    }

    /// With a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    /// With an `Idempotency-Key`, which makes sending it again safe.
    pub(crate) fn key(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    fn repeatable(&self) -> bool {
        self.method != Method::POST || self.key.is_some()
    }
}

/// The repository's answer.
pub(crate) struct Answer {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Bytes,
    /// Whether an earlier request had done the same already. A repetition of our own, made because the first
    /// answer got lost, does not count.
    pub(crate) replayed: bool,
}

impl Answer {
    /// The body, as far as `T` wants it.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Failure::Unexpected(format!("the answer cannot be read: {error}")))
    }

    /// Reads the answer to a request that was sent to `site` without this client.
    pub(crate) async fn of(
        site: &str,
        sent: Result<reqwest::Response, reqwest::Error>,
    ) -> Result<Self, Failure> {
        let unreachable = |error| failure::unreachable(site, &error);
        let response = sent.map_err(unreachable)?;
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(retry::parse_retry_after);
        let replayed = response.headers().get(REPLAYED).is_some_and(|value| value == "true");
        let body = response.bytes().await.map_err(unreachable)?;
        Ok(Self { status, retry_after, body, replayed })
    }

    /// Its status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Itself; a failure if it is not 2xx.
    pub(crate) fn accepted(self) -> Result<Self, Failure> {
        if self.status.is_success() { Ok(self) } else { Err(failure::refused(self.status, &self.body)) }
    }
}

/// A client for one repository.
pub(crate) struct Api {
    http: reqwest::Client,
    base: String,
    patience: Patience,
}

impl Api {
    /// A client that keeps its connections open.
    pub(crate) fn new(access: &Access, patience: Patience) -> anyhow::Result<Self> {
        let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        if let Some(token) = &access.token {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()))
                .map_err(|_| super::Usage("the token holds characters that no token has".into()))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("cairn/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_mins(1))
            // A redirect would turn POST into GET and could carry the token elsewhere.
            .redirect(reqwest::redirect::Policy::none());
        if is_local(&access.site) {
            builder = builder.no_proxy();
        }
        let base = access.site.as_str().trim_end_matches('/').to_owned();
        Ok(Self { http: builder.build()?, base, patience })
    }

    /// Sends a request, again where that is safe and may help. An answer that is not 2xx is a failure.
    pub(crate) async fn send(&self, call: &Call) -> Result<Answer, Failure> {
        let mut attempt = 0;
        let mut unclear = false;
        loop {
            let outcome = self.once(call).await;
            let Some(pause) = self.patience.pause(&outcome, call.repeatable(), attempt, RandomIds.number())
            else {
                let answer = outcome?.accepted()?;
                return Ok(Answer { replayed: answer.replayed && !unclear, ..answer });
            };
            unclear |= retry::may_have_worked(&outcome);
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// The path behind the site of a link that the repository gave. Links carry the public address of the site,
    /// which may differ from the one we were told to use.
    pub(crate) fn path_of<'a>(&self, link: &'a str) -> Option<&'a str> {
        let rest = link.strip_prefix(&self.base);
        rest.or_else(|| link.find("/api/").map(|start| &link[start..])).filter(|path| path.starts_with('/'))
    }

    /// Where the repository is, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// How long to wait before somebody sends a repeatable request again; none: do not.
    pub(crate) fn pause(&self, outcome: &Result<Answer, Failure>, attempt: u32) -> Option<Duration> {
        self.patience.pause(outcome, true, attempt, RandomIds.number())
    }

    async fn once(&self, call: &Call) -> Result<Answer, Failure> {
        let mut request = self.http.request(call.method.clone(), format!("{}{}", self.base, call.path));
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        if let Some(key) = &call.key {
            request = request.header("idempotency-key", key);
        }
        Answer::of(&self.base, request.send().await).await
    }
}
