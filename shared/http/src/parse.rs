//! From a request to a [`Call`]: everything from outside is read here, once, and refused here if it is no good.

use cairn_core::App;
use cairn_model::{Error, Identity};
use http::{HeaderMap, StatusCode, header};
use lambda_http::{Body as Bytes, Request, RequestExt, request::RequestContext};
use serde_json::Value;

use crate::{
    accept,
    call::Call,
    errors, json,
    operation::{Body, Method, Operation},
    reply::Reply,
};

/// The type of research objects packed as crates, and its profile. InvenioRDM: records reference, request bodies.
pub const RO_CRATE: &str = r#"application/ld+json;profile="https://w3id.org/ro/crate/1.1""#;
const CRATE_PROFILE: &str = "https://w3id.org/ro/crate/1.1";

/// No secret of a link is longer. `InvenioRDM`: records reference §8.1.
const LONGEST_LINK: usize = 512;

/// Why a request became no call.
#[derive(Debug)]
pub enum Refusal {
    /// An error of the model.
    Error(Error),
    /// An answer about HTTP itself.
    Reply(Box<Reply>),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Box<Reply>> for Refusal {
    fn from(reply: Box<Reply>) -> Self {
        Self::Reply(reply)
    }
}

fn refuse(status: StatusCode, message: &str) -> Refusal {
    Refusal::Reply(Box::new(errors::plain(status, message)))
}

/// Query parameters of a request, decoded, in order.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query string.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for what is not UTF-8 once decoded.
    pub fn read(request: &Request) -> Result<Self, Error> {
        let path = request.raw_http_path();
        if path.contains(['?', '#']) {
            // Decoded paths may hold these; the address built from such a path does not show where the query begins.
            let map = request.query_string_parameters_ref();
            let pairs = map.into_iter().flat_map(lambda_http::aws_lambda_events::query_map::QueryMap::iter);
            return Ok(Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()));
        }
        Self::parse(request.uri().query().unwrap_or_default())
    }

    /// Reads the text after the question mark.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for what is not UTF-8 once decoded.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let readable = percent_encoding::percent_decode_str(text).decode_utf8().is_ok();
        if !readable {
            return Err(Error::BadRequest("Invalid querystring parameters.".into()));
        }
        Ok(Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect()))
    }

    /// Takes every parameter of a name out, and gives the first.
    fn take(&mut self, name: &str) -> Option<String> {
        let first = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        if first.is_some() {
            self.0.retain(|(key, _)| key != name);
        }
        first
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The bearer token of a request: from the header, else from `?access_token=`, which is taken out of `query`.
pub fn token(headers: &HeaderMap, query: &mut Query) -> Option<String> {
    let from_query = query.take("access_token");
    let bearer = text(headers, &header::AUTHORIZATION).and_then(|value| {
        let (scheme, token) = value.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    bearer.or(from_query).filter(|token| !token.is_empty() && token.len() <= 1_024)
}

/// The secret of a link that the caller came by, which is taken out of `query`: no answer repeats it.
pub fn link(query: &mut Query) -> Option<String> {
    query.take("token").filter(|token| !token.is_empty() && token.len() <= LONGEST_LINK)
}

/// Builds the call.
///
/// # Errors
/// The first thing that is wrong.
pub fn call(
    operation: &'static Operation,
    app: &App,
    identity: Identity,
    query: Query,
    request: Request,
    request_id: &str,
) -> Result<Call, Refusal> {
    let params = path(&request)?;
    let identity = identity.at(address(&request, app.shared.settings.behind_edge));
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let reads = operation.route.method == Method::Get;
    Ok(Call {
        operation: operation.name,
        request_id: request_id.to_owned(),
        site_url: app.shared.settings.site_url.clone(),
        test_prefix: app.shared.settings.minting.test_prefix().to_owned(),
        if_match: if reads { None } else { if_match(headers)? },
        idempotency_key: idempotency_key(headers)?,
        languages: languages(headers, &query, &identity),
        pretty: query.value("prettyprint").is_some(),
        format: accept::format(operation.media, text(headers, &header::ACCEPT))?,
        params,
        identity,
        body: value(operation, headers, &body)?,
        query: query.0,
        raw: if matches!(operation.body, Body::Bytes) { bytes(body) } else { bytes::Bytes::new() },
        is_head: parts.method == http::Method::HEAD,
        headers: parts.headers,
    })
}

/// The header in which the function at the edge says where a request came from; what a caller put there, it replaced.
const VIEWER: &str = "x-cairn-viewer";

/// Where the edge or else API Gateway says that the request came from.
fn address(request: &Request, behind_edge: bool) -> String {
    let viewer = request.headers().get(VIEWER).filter(|_| behind_edge);
    if let Some(viewer) = viewer.and_then(|viewer| viewer.to_str().ok()) {
        return viewer.to_owned();
    }
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

fn path(request: &Request) -> Result<Vec<(String, String)>, Refusal> {
    let params = request.path_parameters_ref();
    let pairs = params.into_iter().flat_map(lambda_http::aws_lambda_events::query_map::QueryMap::iter);
    let params: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if params.iter().any(|(_, value)| value.contains(char::is_control)) {
        return Err(refuse(StatusCode::NOT_FOUND, errors::NO_SUCH_PATH));
    }
    Ok(params)
}

/// `If-Match`: a whole number, bare or quoted; a weak one matches nothing (RFC 9110, 13.1.1).
fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Error> {
    let Some(bare) = named_revision(headers) else { return Ok(None) };
    let digits = bare.strip_prefix(['+', '-']).unwrap_or(bare);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::field("if_match", "Not a valid integer."));
    }
    // No revision is negative, or as large as what does not fit: it matches nothing, as it should.
    Ok(Some(bare.parse().unwrap_or(u64::MAX)))
}

/// What `If-Match` names, without what may stand around it.
fn named_revision(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::IF_MATCH)?.to_str().unwrap_or_default().trim();
    Some(text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).trim())
}

/// The error as its caller reads it: a revision that is none is called what they have called it.
pub(crate) fn in_their_words(error: Error, call: &Call) -> Error {
    match (error, named_revision(&call.headers)) {
        (Error::StaleRevision { found, .. }, Some(named)) => {
            Error::StaleRevision { expected: named.to_owned(), found }
        }
        (error, _) => error,
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(Some(key.to_owned()))
        }
        _ => Err(Error::BadRequest("Idempotency-Key has to be 1 to 255 visible ASCII characters.".into())),
    }
}

/// `?ln=` decides, else what the caller prefers, else `Accept-Language`.
fn languages(headers: &HeaderMap, query: &Query, identity: &Identity) -> Vec<String> {
    if let Some(asked) = query.value("ln").or(identity.locale()) {
        return accept::languages(&asked.replace('_', "-")).take(1).collect();
    }
    accept::languages(text(headers, &header::ACCEPT_LANGUAGE).unwrap_or_default()).collect()
}

fn bytes(body: Bytes) -> bytes::Bytes {
    match body {
        Bytes::Text(text) => text.into(),
        Bytes::Binary(bytes) => bytes.into(),
        _ => bytes::Bytes::new(),
    }
}

fn value(operation: &Operation, headers: &HeaderMap, body: &Bytes) -> Result<Option<Value>, Refusal> {
    if matches!(operation.body, Body::None) {
        return Ok(None);
    }
    let max = operation.body.max_bytes();
    if body.len() > max {
        let message = format!("The request body has more than {max} bytes.");
        return Err(Error::TooLarge(message).into());
    }
    if matches!(operation.body, Body::Bytes) {
        return Ok(None);
    }
    if is_crate(operation, headers) {
        return Err(no_crate(body).into());
    }
    if !is_json(headers) {
        return Err(Box::new(errors::wrong_type(operation.consumes)).into());
    }
    if body.is_empty() {
        return match operation.body {
            Body::Json { .. } => Err(Error::field("_schema", "Invalid input type.").into()),
            _ => Ok(None),
        };
    }
    match (json::read(body)?, operation.body) {
        (value @ Value::Object(_), _) | (value, Body::Any { .. }) => Ok(Some(value)),
        _ => Err(Error::field("_schema", "Invalid input type.").into()),
    }
}

/// The body says it is an RO-Crate, and the operation names those among what it reads.
fn is_crate(operation: &Operation, headers: &HeaderMap) -> bool {
    let Some(given) = text(headers, &header::CONTENT_TYPE) else { return false };
    let mut parts = given.split(';').map(str::trim);
    let is_type = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/ld+json"));
    let profile = |part: &str| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("profile").then(|| value.trim().trim_matches('"') == CRATE_PROFILE)
    };
    is_type && operation.consumes.contains(&RO_CRATE) && parts.filter_map(profile).any(|is_crate| is_crate)
}

/// Why an RO-Crate is refused.
fn no_crate(body: &Bytes) -> Error {
    match json::read(body) {
        Err(error) => error,
        Ok(value) if value.get("@graph").is_none() => {
            Error::BadRequest("Invalid RO-Crate metadata format, missing '@graph' key.".into())
        }
        Ok(_) => Error::BadRequest("RO-Crate metadata is not supported yet. Send application/json.".into()),
    }
}

/// The body says it is JSON in UTF-8, or does not say what it is.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    let is_type = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
    is_type
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => {
                charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

/// A header that is text.
fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
