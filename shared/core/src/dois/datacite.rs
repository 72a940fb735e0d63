//! `DataCite`'s REST API, as of 2024: one request says all there is to say of a DOI, and can be said again.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use cairn_ports::{
    Outbound,
    outbound::{Method, Request},
};
use serde_json::{Value, json};
use url::Url;

use super::{
    Account,
    asking::{self, Failure, Outcome, Said},
    news::{News, Words},
};

/// What requests and answers are.
const MEDIA: &str = "application/vnd.api+json";

/// Registers a DOI, updates what is known of it, or hides it.
///
/// # Errors
/// [`Failure`]: whether it was done is not known.
pub(super) async fn tell(
    outbound: &dyn Outbound,
    account: &Account,
    doi: &str,
    news: &News,
) -> Result<Outcome, Failure> {
    let body = body(doi, news);
    let put = send(outbound, account, Method::Put, &["dois", doi], &body).await?;
    match put.status {
        // Nobody finds what is not there.
        404 if news.metadata.is_none() => {}
        404 => judge(doi, &send(outbound, account, Method::Post, &["dois"], &body).await?)?,
        _ => judge(doi, &put)?,
    }
    Ok(Outcome::Told { digest: news.digest(), hidden: news.metadata.is_none() })
}

/// The request's body. Of what is hidden nothing is said anew.
fn body(doi: &str, news: &News) -> Value {
    let mut attributes = match &news.metadata {
        Some(Words::Datacite(said)) => said.clone(),
        _ => json!({}),
    };
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
) -> Result<Said, Failure> {
    let address = address(&account.url, path).ok_or_else(|| Failure::new("its address is none"))?;
    let secret = BASE64_STANDARD.encode(format!("{}:{}", account.user, account.password.expose()));
    let request = Request { body: Bytes::from(body.to_string()), ..Request::new(method, address) };
    let request = request
        .with("authorization", format!("Basic {secret}"))
        .with("content-type", MEDIA)
        .with("accept", MEDIA);
    asking::send(outbound, request).await
}

/// The address below that of the registry; the slash of a DOI stays one.
fn address(base: &str, path: &[&str]) -> Option<String> {
    let mut url = Url::parse(base).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(path.iter().flat_map(|part| part.splitn(2, '/')));
    Some(url.into())
}

/// It was done where the registry says so, of this DOI.
fn judge(doi: &str, answer: &Said) -> Result<(), Failure> {
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let is_of_it = said["data"]["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(doi));
    match answer.status {
        200 | 201 if is_of_it => Ok(()),
        status @ 200..300 => Err(Failure::new(format!("it answers {status}, and not about the DOI"))),
        _ => Err(answer.failure(&explanation(&said))),
    }
}

/// What the registry says to a failure.
fn explanation(said: &Value) -> String {
    let titles = said["errors"].as_array().into_iter().flatten();
    let titles = titles.filter_map(|error| error["title"].as_str().or_else(|| error["detail"].as_str()));
    titles.collect::<Vec<_>>().join("; ")
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
