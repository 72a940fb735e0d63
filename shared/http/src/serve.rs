//! The one path of a request: who is it, parse, do it, answer. Total: every request gets an answer.

use std::{
    future::{Future, ready},
    panic::AssertUnwindSafe,
    pin::Pin,
    time::Instant,
};

use cairn_core::App;
use cairn_model::{Error, Identity, Result};
use cairn_ports::objects::Composed;
use futures::FutureExt;
use http::{HeaderValue, Method, Response, StatusCode, header};
use lambda_http::{Body, IntoResponse, Request, RequestExt, request::RequestContext};

use crate::{
    errors,
    format::Content,
    headers,
    operation::{self, EVERYTHING_ELSE, Operation},
    parse::{self, Query, Refusal},
    payload,
    reply::Reply,
};

/// An operation, and what it must know of the others at its path.
#[derive(Debug)]
pub struct Endpoint {
    /// The operation.
    pub operation: &'static Operation,
    allow: HeaderValue,
}

/// An answer that is on its way out as it is, without another look at its type.
#[derive(Debug)]
pub struct Answer(pub Response<Body>);

impl IntoResponse for Answer {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(ready(self.0))
    }
}

impl Endpoint {
    /// An endpoint for `operation`; `all` are the operations of the whole table.
    pub fn new(operation: &'static Operation, all: impl Iterator<Item = &'static Operation>) -> Self {
        let mut methods: Vec<operation::Method> = all
            .filter(|other| other.route.path == operation.route.path)
            .map(|other| other.route.method)
            .collect();
        methods.push(operation.route.method);
        methods.sort();
        methods.dedup();
        let mut names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
        if methods.contains(&operation::Method::Get) {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        let allow =
            HeaderValue::from_str(&names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static("OPTIONS"));
        Self { operation, allow }
    }

    /// Answers a request. Never fails and never panics.
    pub async fn serve(&self, app: &App, request: Request) -> Answer {
        let start = Instant::now();
        let request_id = request_id(&request);
        let is_head = request.method() == Method::HEAD;
        let gzip = payload::reads_gzip(request.headers());
        let (reply, identity, pretty) = self.reply(app, request, &request_id).await;
        let mut response = match write(reply, pretty, gzip) {
            Ok(response) => response,
            Err(error) => plain(errors::reply(&error, &request_id, self.operation.name), pretty),
        };
        let status = response.status();
        headers::always(response.headers_mut());
        headers::insert(response.headers_mut(), "x-request-id", &request_id);
        if let Some(user) = identity.id() {
            headers::insert(response.headers_mut(), "x-user-id", user.as_str());
        }
        if is_head {
            *response.body_mut() = Body::Empty;
        }
        let duration = start.elapsed();
        tracing::info!(
            request.id = request_id,
            operation.name = self.operation.name,
            service = self.operation.service(),
            status = status.as_u16(),
            faults = u64::from(status.is_server_error()),
            duration_ms = duration.as_secs_f64() * 1_000.0,
            "{} answered {}",
            self.operation.name,
            status.as_u16(),
        );
        Answer(response)
    }

    /// The reply, who asked, and whether JSON is to be indented.
    async fn reply(&self, app: &App, request: Request, request_id: &str) -> (Reply, Identity, bool) {
        let refused = |error: &Error| errors::reply(error, request_id, self.operation.name);
        if let Some(reply) = self.about_methods(request.method()) {
            return (reply, Identity::nobody(), false);
        }
        let mut query = match Query::read(&request) {
            Ok(query) => query,
            Err(error) => return (refused(&error), Identity::nobody(), false),
        };
        let token = parse::token(request.headers(), &mut query);
        let link = parse::link(&mut query);
        // What needs nothing cannot look anybody up, and answers everybody alike.
        let token = token.filter(|_| !self.operation.needs.is_empty());
        let identity = match authenticate(app, token).await {
            Ok(identity) => identity.with_key(link.map(|link| app.access.key_of(link))),
            Err(error) => return (refused(&error), Identity::nobody(), false),
        };
        match parse::call(self.operation, app, identity.clone(), query, request, request_id) {
            Ok(call) => {
                let reply = self.run(app, &call).await;
                let reply = reply.unwrap_or_else(|error| refused(&parse::in_their_words(error, &call)));
                (reply, identity, call.pretty)
            }
            Err(Refusal::Error(error)) => (refused(&error), identity, false),
            Err(Refusal::Reply(reply)) => (*reply, identity, false),
        }
    }

    async fn run(&self, app: &App, call: &crate::Call) -> Result<Reply> {
        let guarded = AssertUnwindSafe(async { (self.operation.handle)(app, call).await }).catch_unwind();
        guarded.await.unwrap_or_else(|_| Err(Error::Internal("the operation panicked".into())))
    }

    /// The answer to `OPTIONS` and to methods that the path does not have.
    fn about_methods(&self, method: &Method) -> Option<Reply> {
        if self.operation.route.path == EVERYTHING_ELSE {
            return None;
        }
        if method == Method::OPTIONS {
            let mut reply = Reply::of(StatusCode::OK, "text/html; charset=utf-8", Content::Empty);
            let mut extra = http::HeaderMap::new();
            headers::preflight(&mut extra, &self.allow);
            reply.headers.extend(extra.into_iter().filter_map(|(name, value)| Some((name?, value))));
            return Some(reply.header(header::ALLOW, self.allow.clone()));
        }
        let own = self.operation.route.method.as_str();
        let is_head_of_get = method == Method::HEAD && self.operation.route.method == operation::Method::Get;
        if method.as_str() == own || is_head_of_get {
            return None;
        }
        let reply = errors::plain(StatusCode::METHOD_NOT_ALLOWED, errors::NO_SUCH_METHOD);
        Some(reply.header(header::ALLOW, self.allow.clone()))
    }
}

/// The answer where no operation could be asked.
pub(crate) fn failed(error: &Error) -> Answer {
    Answer(plain(errors::reply(error, "", "function"), false))
}

/// Whoever sent the token; nobody without one.
async fn authenticate(app: &App, token: Option<String>) -> Result<Identity> {
    match token {
        None => Ok(Identity::nobody()),
        Some(token) => AssertUnwindSafe(app.authenticate(&token))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(Error::Internal("authentication panicked".into()))),
    }
}

fn request_id(request: &Request) -> String {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// The reply as a response. A text that is too large for a function is compressed, if the caller reads that.
fn write(reply: Reply, pretty: bool, gzip: bool) -> Result<Response<Body>> {
    let mut response = plain(reply, pretty);
    if let Body::Text(text) = response.body()
        && !payload::fits(text)
    {
        let compressed = payload::compressed(text, gzip)?;
        *response.body_mut() = Body::Binary(compressed);
        headers::insert(response.headers_mut(), "content-encoding", "gzip");
        headers::insert(response.headers_mut(), "vary", "Accept-Encoding");
    }
    Ok(response)
}

fn plain(reply: Reply, pretty: bool) -> Response<Body> {
    let body = match reply.content {
        Content::Empty => Body::Empty,
        Content::Json(value) if pretty => Body::Text(format!("{value:#}")),
        // Not `to_string`, whose formatter costs twice the time; a value always has its JSON.
        Content::Json(value) => {
            Body::Text(serde_json::to_string(&value).unwrap_or_else(|_| value.to_string()))
        }
        Content::Text(text) => Body::Text(text),
        Content::Bytes(bytes) => Body::Binary(bytes),
        Content::Pieces(pieces) => return composed(reply.status, reply.headers, &pieces),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    response.headers_mut().extend(reply.headers);
    response
}

/// The pieces as their gateway reads them.
fn composed(
    status: StatusCode,
    headers: Vec<(http::HeaderName, HeaderValue)>,
    pieces: &[Composed],
) -> Response<Body> {
    let mut response = Response::new(Body::Text(payload::of_pieces(pieces)));
    *response.status_mut() = status;
    response.headers_mut().extend(headers);
    response.headers_mut().insert(payload::PIECES, HeaderValue::from_static("1"));
    response
}
