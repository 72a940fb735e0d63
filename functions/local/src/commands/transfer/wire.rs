//! Requests that carry the bytes of files: to the repository with the token, to the object storage without it.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_RANGE, LOCATION, RANGE};
use http::{HeaderValue, Method, StatusCode};
use indicatif::ProgressBar;

use super::Trouble;
use super::body::FileBody;
use crate::commands::Usage;
use crate::commands::api::{Answer, Api, Failure, Patience};
use crate::commands::options::{Access, is_local};

/// A connection on which nothing moves for so long is given up.
const STALLED: Duration = Duration::from_mins(2);
/// Joining many parts takes its time.
const COMMIT: Duration = Duration::from_mins(10);
/// Most steps from one address to another.
const MOST_STEPS: usize = 5;

/// Where bytes are sent to or fetched from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Link {
    /// A path of the repository, which wants the token.
    Repository(String),
    /// A signed address, which must not see it.
    Storage(String),
}

impl Link {
    /// What is told of a refusal.
    pub(crate) fn explain(&self, failure: Failure) -> Trouble {
        match (self, failure) {
            (Self::Storage(_), Failure::Refused { status, .. }) => {
                Trouble::Told(format!("the object storage answered {status}; please try again"))
            }
            (_, failure) => Trouble::Failed(failure),
        }
    }
}

/// What came of asking for content.
pub(crate) enum Got {
    /// Bytes follow; the status is 200 or 206.
    Content(reqwest::Response),
    /// No bytes; whether it was the storage that said so.
    Other(Result<Answer, Failure>, bool),
}

/// A client for bytes, beside the one for JSON.
pub(crate) struct Wire {
    /// The one for JSON.
    pub(crate) api: Api,
    http: reqwest::Client,
    token: Option<HeaderValue>,
}

impl Wire {
    /// A client that keeps its connections open.
    pub(crate) fn new(access: &Access, patience: Patience) -> anyhow::Result<Self> {
        let api = Api::new(access, patience)?;
        let mut token = None;
        if let Some(secret) = &access.token {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", secret.reveal()))
                .map_err(|_| Usage("the token holds characters that no token has".into()))?;
            value.set_sensitive(true);
            token = Some(value);
        }
        // No limit for the whole of a request: how long it takes depends on how much it carries.
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("cairn/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none());
        if is_local(&access.site) {
            builder = builder.no_proxy();
        }
        Ok(Self { api, http: builder.build()?, token })
    }

    fn request(&self, method: Method, link: &Link) -> reqwest::RequestBuilder {
        match link {
            Link::Storage(address) => self.http.request(method, address),
            Link::Repository(path) => {
                let request = self.http.request(method, format!("{}{path}", self.api.base()));
                match &self.token {
                    Some(token) => request.header(AUTHORIZATION, token.clone()),
                    None => request,
                }
            }
        }
    }

    /// Who answers there.
    fn site(&self, link: &Link) -> String {
        match link {
            Link::Repository(_) => self.api.base().to_owned(),
            Link::Storage(address) => {
                let origin = url::Url::parse(address).map(|url| url.origin().ascii_serialization());
                format!("the object storage at {}", origin.unwrap_or_default())
            }
        }
    }

    /// Sends a piece of a file, once. The answer may be a refusal.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) async fn put(
        &self,
        link: &Link,
        file: &Path,
        range: Range<u64>,
        bar: &ProgressBar,
    ) -> Result<Result<Answer, Failure>, Trouble> {
        let mut link = link.clone();
        for _ in 0..MOST_STEPS {
            let (body, watch) = FileBody::open(file, range.clone(), bar.clone());
            let mut request =
                self.request(Method::PUT, &link).header(CONTENT_LENGTH, range.end - range.start);
            if matches!(link, Link::Repository(_)) {
                request = request.header(CONTENT_TYPE, "application/octet-stream");
            }
            let site = self.site(&link);
            let outcome = tokio::select! {
                sent = request.body(reqwest::Body::wrap(body)).send() => match sent {
                    Ok(response) => match elsewhere(&response) {
                        Some(address) => Err(address),
                        None => Ok(Answer::of(&site, Ok(response)).await),
                    },
                    Err(error) => Ok(Answer::of(&site, Err(error)).await),
                },
                () = watch.stalled(STALLED) => Ok(Err(stalled(site))),
            };
            if !matches!(&outcome, Ok(Ok(answer)) if answer.status().is_success()) {
                bar.dec(watch.sent());
            }
            if let Some(reason) = watch.unreadable() {
                return Err(Trouble::Told(format!("cannot read {}: {reason}", file.display())));
            }
            match outcome {
                Ok(outcome) => return Ok(outcome),
                Err(address) => link = Link::Storage(address),
            }
        }
        Err(Trouble::Told("the repository sends from one address to the next".into()))
    }

    /// Asks for content from `from` on, once; `tag` says of which content, so that pieces of two are never joined.
    pub(crate) async fn get(&self, link: &Link, from: u64, tag: Option<&str>) -> Got {
        let (mut link, mut from) = (link.clone(), from);
        for _ in 0..MOST_STEPS {
            let mut request = self.request(Method::GET, &link);
            if let Some(tag) = tag.filter(|_| from > 0) {
                request = request.header(RANGE, format!("bytes={from}-"));
                if matches!(link, Link::Repository(_)) {
                    // The storage has tags of its own; where it is asked, the repository has compared ours.
                    request = request.header(IF_RANGE, tag);
                }
            }
            let site = self.site(&link);
            let in_storage = matches!(link, Link::Storage(_));
            let Ok(sent) = tokio::time::timeout(STALLED, request.send()).await else {
                return Got::Other(Err(stalled(site)), in_storage);
            };
            match sent {
                Ok(response)
                    if [StatusCode::OK, StatusCode::PARTIAL_CONTENT].contains(&response.status()) =>
                {
                    return Got::Content(response);
                }
                Ok(response) if let Some(address) = elsewhere(&response) => {
                    let current = response.headers().get(ETAG);
                    if current.is_some_and(|current| tag.is_some_and(|tag| current != tag)) {
                        from = 0;
                    }
                    link = Link::Storage(address);
                }
                sent => return Got::Other(Answer::of(&site, sent).await, in_storage),
            }
        }
        Got::Other(Err(Failure::Unexpected("one address leads to the next".into())), true)
    }

    /// The next bytes of an answer; none at its end.
    pub(crate) async fn next(
        &self,
        link: &Link,
        response: &mut reqwest::Response,
    ) -> Result<Option<bytes::Bytes>, Failure> {
        match tokio::time::timeout(STALLED, response.chunk()).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => Err(lost(self.site(link), &error.to_string())),
            Err(_) => Err(stalled(self.site(link))),
        }
    }

    /// An answer that ended before its content did.
    pub(crate) fn ended(&self, link: &Link) -> Failure {
        lost(self.site(link), "the content broke off")
    }

    /// Commits a file. Doing it again answers the same, so it is sent until there is an answer.
    pub(crate) async fn commit(&self, path: String) -> Result<Answer, Failure> {
        let link = Link::Repository(path);
        let mut attempt = 0;
        loop {
            let sent = self.request(Method::POST, &link).timeout(COMMIT).send().await;
            let outcome = Answer::of(self.api.base(), sent).await;
            let Some(pause) = self.api.pause(&outcome, attempt) else { return outcome?.accepted() };
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }
}

/// Where an answer leads to: a link of the storage's, or of somebody else's.
fn elsewhere(response: &reqwest::Response) -> Option<String> {
    let location = response.headers().get(LOCATION).filter(|_| response.status().is_redirection())?;
    Some(response.url().join(location.to_str().ok()?).ok()?.to_string())
}

fn stalled(site: String) -> Failure {
    lost(site, "nothing moved for two minutes")
}

/// A connection that ended too early.
fn lost(site: String, reason: &str) -> Failure {
    Failure::Unreachable { site, reason: reason.into(), sent: true }
}
