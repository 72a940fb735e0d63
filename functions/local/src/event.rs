//! Between HTTP and API Gateway's events: what API Gateway does to a request before a function sees it, and to an
//! answer after.

use std::{collections::HashMap, net::SocketAddr};

use bytes::Bytes;
use cairn_http::{
    errors, headers,
    payload::{self, ENVELOPE, PAYLOAD, json_size},
    routes::Match,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{COOKIE, HOST, USER_AGENT},
    request::Parts,
};
use http_body_util::{Either, Full};
use lambda_http::{
    Body,
    aws_lambda_events::apigw::{
        ApiGatewayV2httpRequest, ApiGatewayV2httpRequestContext,
        ApiGatewayV2httpRequestContextHttpDescription,
    },
};

use crate::stream::AnswerBody;

/// The answer of the gateway.
pub type Answer = Response<AnswerBody>;

/// The event of a request whose route has been found.
///
/// # Errors
/// The answer, if a function could not be handed such an event.
#[expect(clippy::result_large_err, reason = "the refusal is the answer itself, made once")]
pub(crate) fn of_request(
    parts: Parts,
    body: Bytes,
    path: String,
    found: Match,
    request_id: String,
) -> Result<ApiGatewayV2httpRequest, Answer> {
    let mut event = ApiGatewayV2httpRequest::default();
    let mut headers = parts.headers;
    event.cookies = take_cookies(&mut headers);
    join_repeated(&mut headers);
    if !headers.get(HOST).is_none_or(is_host) {
        return Err(refuse(StatusCode::BAD_REQUEST, "The Host header is not the name of a host."));
    }
    headers.insert(HeaderName::from_static("x-forwarded-proto"), HeaderValue::from_static("http"));
    let size =
        headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 6).sum::<usize>() + ENVELOPE;

    let mut context = ApiGatewayV2httpRequestContext::default();
    context.stage = Some("$default".into());
    context.request_id = Some(request_id);
    context.http = described(&parts.method, &headers, &path);
    context.http.source_ip = parts.extensions.get::<SocketAddr>().map(|peer| peer.ip().to_string());
    event.request_context = context;
    event.headers = headers;
    event.raw_query_string = parts.uri.query().map(str::to_owned);
    event.raw_path = Some(path);
    event.path_parameters = found.params.into_iter().map(own).collect::<HashMap<_, _>>();
    set_body(&mut event, body);
    let body_size = event.body.as_deref().map_or(0, json_size);
    if size + body_size > PAYLOAD {
        return Err(refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The request is larger than a function can be given.",
        ));
    }
    Ok(event)
}

fn own((name, value): (&'static str, String)) -> (String, String) {
    (name.to_owned(), value)
}

fn described(
    method: &http::Method,
    headers: &HeaderMap,
    path: &str,
) -> ApiGatewayV2httpRequestContextHttpDescription {
    let mut described = ApiGatewayV2httpRequestContextHttpDescription::default();
    described.method = method.clone();
    described.path = Some(path.to_owned());
    described.protocol = Some("HTTP/1.1".into());
    described.user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    described
}

/// Text as it is, anything else in base64.
fn set_body(event: &mut ApiGatewayV2httpRequest, body: Bytes) {
    if body.is_empty() {
        return;
    }
    match String::from_utf8(body.into()) {
        Ok(text) => event.body = Some(text),
        Err(error) => {
            event.is_base64_encoded = true;
            event.body = Some(base64(error.as_bytes()));
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Cookies travel apart from the headers.
fn take_cookies(headers: &mut HeaderMap) -> Option<Vec<String>> {
    let cookies: Vec<String> = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';').map(|cookie| cookie.trim().to_owned()))
        .collect();
    headers.remove(COOKIE);
    (!cookies.is_empty()).then_some(cookies)
}

/// A header that came several times reaches a function once, its values joined by commas.
fn join_repeated(headers: &mut HeaderMap) {
    if headers.len() == headers.keys_len() {
        return;
    }
    let names: Vec<HeaderName> = headers.keys().cloned().collect();
    for name in names {
        let values: Vec<&[u8]> = headers.get_all(&name).iter().map(HeaderValue::as_bytes).collect();
        if values.len() > 1
            && let Ok(joined) = HeaderValue::from_bytes(&values.join(&b","[..]))
        {
            headers.insert(name, joined);
        }
    }
}

/// A name or address, with or without port, that an address can be made of.
fn is_host(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|host| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        host.bytes().all(plain) && url::Url::parse(&format!("http://{host}/")).is_ok()
    })
}

/// The answer of a function as HTTP: text as it is, bytes as they are once more.
pub(crate) fn to_answer(answer: cairn_http::Answer) -> Answer {
    let (parts, body) = answer.0.into_parts();
    let (fits, body) = match body {
        Body::Empty => (true, Bytes::new()),
        Body::Text(text) => (payload::fits(&text), Bytes::from(text)),
        Body::Binary(bytes) => (payload::encoded(bytes.len()) + ENVELOPE <= PAYLOAD, Bytes::from(bytes)),
        _ => return broken("a function answered with a body of an unknown kind"),
    };
    if !fits {
        return broken("a function answered with more than Lambda lets through");
    }
    Response::from_parts(parts, Either::Left(Full::new(body)))
}

/// The answer where a function failed to give one.
pub(crate) fn broken(why: &str) -> Answer {
    tracing::error!("{why}");
    refuse(StatusCode::INTERNAL_SERVER_ERROR, errors::INTERNAL)
}

/// An answer of the gateway's own.
pub(crate) fn refuse(status: StatusCode, message: &str) -> Answer {
    let mut answer =
        Response::new(Either::Left(Full::new(Bytes::from(errors::body(status, message).to_string()))));
    *answer.status_mut() = status;
    answer.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(http::header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    headers::always(answer.headers_mut());
    answer
}

/// Refuses what API Gateway refuses before any function runs.
///
/// # Errors
/// The answer.
#[expect(clippy::result_large_err, reason = "the refusal is the answer itself, made once")]
pub(crate) fn check_headers(parts: &Parts, most: usize) -> Result<(), Answer> {
    let line =
        parts.method.as_str().len() + parts.uri.path_and_query().map_or(0, |path| path.as_str().len()) + 12;
    let headers: usize =
        parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if line + headers > most {
        let message = "The request line and headers are larger than 10,240 bytes.";
        return Err(refuse(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message));
    }
    Ok(())
}
