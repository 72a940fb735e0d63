//! `DataCite`'s REST API, as of 2024: one request says all there is to say of a DOI, and can be said again.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use cairn_ports::{
    Outbound,
    outbound::{Answer, Method, Request},
};
use futures::TryStreamExt;
use serde_json::{Value, json};
use url::Url;

use super::{Account, news::News};

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(15);
/// How long nobody asks again where the registry does not say it.
const PAUSE: Duration = Duration::from_mins(1);
/// What requests and answers are.
const MEDIA: &str = "application/vnd.api+json";
/// Most characters of a registry's explanation that are kept.
const LONGEST: usize = 300;

/// Why a registry was not told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// For people.
    pub why: String,
    /// It wants to be left alone for so long.
    pub pause: Option<Duration>,
}

impl Failure {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), pause: None }
    }
}

/// Registers a DOI, updates what is known of it, or hides it.
///
/// # Errors
/// [`Failure`]: whether it was done is not known.
pub(super) async fn tell(
    outbound: &dyn Outbound,
    account: &Account,
    doi: &str,
    news: &News,
) -> Result<(), Failure> {
    let body = body(doi, news);
    let put = send(outbound, account, Method::Put, &["dois", doi], &body).await?;
    match put.status {
        // Nobody finds what is not there.
        404 if news.metadata.is_none() => Ok(()),
        404 => {
            let posted = send(outbound, account, Method::Post, &["dois"], &body).await?;
            judge(doi, posted).await
        }
        _ => judge(doi, put).await,
    }
}

/// The request's body. Of what is hidden nothing is said anew.
fn body(doi: &str, news: &News) -> Value {
    let mut attributes = news.metadata.clone().unwrap_or_else(|| json!({}));
    attributes["doi"] = json!(doi);
    attributes["url"] = json!(news.url);
    attributes["event"] = json!(if news.metadata.is_some() { "publish" } else { "hide" });
    json!({"data": {"type": "dois", "id": doi, "attributes": attributes}})
}

async fn send(
    outbound: &dyn Outbound,
    account: &Account,
    method: Method,
    path: &[&str],
    body: &Value,
) -> Result<Answer, Failure> {
    let address = address(&account.url, path).ok_or_else(|| Failure::new("its address is none"))?;
    let secret = BASE64_STANDARD.encode(format!("{}:{}", account.user, account.password.expose()));
    let request =
        Request { within: WITHIN, body: Bytes::from(body.to_string()), ..Request::new(method, address) };
    let request = request
        .with("authorization", format!("Basic {secret}"))
        .with("content-type", MEDIA)
        .with("accept", MEDIA);
    outbound.send(request).await.map_err(|error| Failure::new(error.to_string()))
}

/// The address below that of the registry; the slash of a DOI stays one.
fn address(base: &str, path: &[&str]) -> Option<String> {
    let mut url = Url::parse(base).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(path.iter().flat_map(|part| part.splitn(2, '/')));
    Some(url.into())
}

/// It was done where the registry says so, of this DOI.
async fn judge(doi: &str, answer: Answer) -> Result<(), Failure> {
    let Answer { status, headers, body } = answer;
    let pause =
        || headers.get("retry-after").and_then(|wait| wait.trim().parse().ok()).map(Duration::from_secs);
    if status == 429 {
        return Err(Failure { why: "it is asked too often".into(), pause: Some(pause().unwrap_or(PAUSE)) });
    }
    let chunks: Result<Vec<Bytes>, _> = body.try_collect().await;
    let read = chunks.map_err(|error| Failure::new(error.to_string()))?.concat();
    let said: Value = serde_json::from_slice(&read).unwrap_or_default();
    let is_of_it = said["data"]["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(doi));
    match status {
        200 | 201 if is_of_it => Ok(()),
        200..300 => Err(Failure::new(format!("it answers {status}, and not about the DOI"))),
        503 => Err(Failure { why: explained(status, &said), pause: pause() }),
        _ => Err(Failure::new(explained(status, &said))),
    }
}

/// A status, and what the registry says to it.
fn explained(status: u16, said: &Value) -> String {
    let titles = said["errors"].as_array().into_iter().flatten();
    let titles = titles.filter_map(|error| error["title"].as_str().or_else(|| error["detail"].as_str()));
    let text: String = titles.collect::<Vec<_>>().join("; ").chars().take(LONGEST).collect();
    if text.is_empty() { format!("it answers {status}") } else { format!("it answers {status}: {text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_is_part_of_the_address_and_nothing_else_is() {
        for (base, expected) in [
            ("https://api.datacite.org", "https://api.datacite.org/dois/10.1/a%20b%2Fc%3Fx%23y"),
            (
                "https://proxy.example.org/datacite/",
                "https://proxy.example.org/datacite/dois/10.1/a%20b%2Fc%3Fx%23y",
            ),
        ] {
            assert_eq!(address(base, &["dois", "10.1/a b/c?x#y"]).as_deref(), Some(expected));
        }
        assert_eq!(address("mailto:x@y", &["dois"]), None);
    }
}
