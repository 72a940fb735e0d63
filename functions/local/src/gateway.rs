//! The gateway: what API Gateway and Lambda do on AWS, in process: routes, limits, events, one function per operation.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use cairn_core::{App, Settings};
use cairn_http::{
    Body, Endpoint, Operation, Routes,
    call::{ARRIVED, ASK_AGAIN, HELD_BACK},
    operation::ANYTHING,
    payload,
};
use cairn_ports::{Grant, Need, Ports};
use http::{
    HeaderValue, Method, Request, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, IF_RANGE, LOCATION, RANGE, TRANSFER_ENCODING},
    request::Parts,
};
use http_body_util::{BodyExt, Either, Full};
use lambda_http::request::LambdaRequest;

use crate::{
    event::{self, Answer, broken, refuse},
    storage::Storage,
    stream,
};

/// Most bytes of a request line and headers together.
pub const HEADER_BYTES: usize = 10_240;
/// Most bytes of a request body.
pub const BODY_BYTES: usize = 10 * 1024 * 1024;

/// A body of a file up to this size goes through its function, in bytes.
const SMALL: u64 = 1024 * 1024;

/// Where trips are counted, this header tells how many.
const TRIPS: http::HeaderName = http::HeaderName::from_static("x-cairn-trips");

/// Every operation behind its route.
pub struct Gateway {
    routes: Routes,
    functions: HashMap<&'static str, Function>,
    counts_trips: bool,
    storage: Option<Arc<Storage>>,
    prefix: String,
    requests: AtomicU64,
}

/// What a Lambda function is on AWS: an operation with an application that may do only what it declared.
struct Function {
    endpoint: Endpoint,
    app: App,
    grant: Grant,
}

impl Gateway {
    /// A gateway to `operations`.
    pub fn new(operations: &[&'static Operation], ports: &Ports, settings: &Settings) -> Self {
        let all = || operations.iter().copied();
        let written = Arc::default();
        let functions = all().map(|operation| {
            let grant = Grant::of(operation.name, operation.needs);
            let app = App::beside(ports.scoped(&grant), settings.clone(), Arc::clone(&written));
            (operation.name, Function { endpoint: Endpoint::new(operation, all()), app, grant })
        });
        Self {
            functions: functions.collect(),
            routes: Routes::new(all()),
            counts_trips: false,
            storage: None,
            prefix: format!("{:08x}", ports.clock.now().micros().unsigned_abs() & 0xffff_ffff),
            requests: AtomicU64::new(0),
        }
    }

    /// The same gateway, telling in the header `x-cairn-trips` how many calls to store and index a request made.
    /// Requests for one operation that run at the same time are counted together.
    pub fn counting_trips(self) -> Self {
        Self { counts_trips: true, ..self }
    }

    /// The same gateway, moving content of files between clients and this storage by itself.
    pub fn beside(self, storage: Arc<Storage>) -> Self {
        Self { storage: Some(storage), ..self }
    }

    /// Whether a request's body is for the object storage: it is sent on as it comes, once its operation has said where.
    pub fn sends_on(&self, parts: &Parts) -> bool {
        let is_large = length(parts).is_none_or(|length| length > SMALL);
        let of_octets =
            parts.headers.get(CONTENT_TYPE).is_some_and(|media| media == "application/octet-stream");
        // What is no such body by its headers alone is not looked up twice.
        if self.storage.is_none() || !is_large || !(of_octets || parts.method == Method::PUT) {
            return false;
        }
        let path = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8();
        let found = path.ok().and_then(|path| self.routes.find(&parts.method, &path));
        found.is_some_and(|found| {
            matches!(found.operation.body, Body::Bytes)
                && (of_octets || found.operation.consumes.contains(&ANYTHING))
                && found.operation.route.method.as_str() == parts.method
        })
    }

    /// Answers a request whose body is for the object storage.
    pub async fn send_on<B>(&self, mut parts: Parts, body: B) -> Answer
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Some(storage) = &self.storage else { return broken("there is no object storage") };
        let size = length(&parts);
        let held_back = size.map_or_else(|| HeaderValue::from_static("?"), HeaderValue::from);
        parts.headers.remove(HELD_BACK);
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.remove(TRANSFER_ENCODING);
        parts.headers.insert(HELD_BACK, held_back);
        let mut again = parts.clone();
        let mut answer = self.ask(Request::from_parts(parts, Bytes::new())).await;
        let asks_again = answer.headers_mut().remove(ASK_AGAIN).is_some();
        let Some(address) = stream::leads_to(storage, &answer) else { return answer };
        if let Err(refused) = stream::send(storage, &address, size, body).await {
            return refused;
        }
        if asks_again {
            again.headers.insert(HELD_BACK, HeaderValue::from_static(ARRIVED));
            return self.ask(Request::from_parts(again, Bytes::new())).await;
        }
        let (mut parts, body) = answer.into_parts();
        parts.status = StatusCode::OK;
        parts.headers.remove(LOCATION);
        Answer::from_parts(parts, body)
    }

    /// Needs that an operation declared and nothing has used since the start, by operation, for those that ran.
    pub fn unused_needs(&self) -> Vec<(&'static str, Vec<Need>)> {
        let all = self.functions.iter().map(|(name, function)| (*name, function.grant.unused()));
        all.filter(|(_, unused)| !unused.is_empty()).collect()
    }

    /// Answers one request. Never fails.
    pub async fn answer(&self, mut request: Request<Bytes>) -> Answer {
        request.headers_mut().remove(HELD_BACK);
        let header = |name| request.headers().get(name).cloned();
        let (range, if_range) = (header(RANGE), header(IF_RANGE));
        let answer = self.ask(request).await;
        let Some(storage) = &self.storage else { return answer };
        if let Some(address) =
            stream::leads_to(storage, &answer).filter(|_| answer.status() == StatusCode::FOUND)
        {
            return stream::follow(storage, answer, &address, range, if_range).await;
        }
        self.put_together(storage, answer).await
    }

    /// What a function left to be put together of objects.
    async fn put_together(&self, storage: &Arc<Storage>, mut answer: Answer) -> Answer {
        if answer.headers_mut().remove(payload::PIECES).is_none() {
            return answer;
        }
        let (parts, body) = answer.into_parts();
        let listed = body.collect().await.ok().and_then(|body| payload::to_pieces(&body.to_bytes()));
        match listed {
            Some(pieces) => {
                let empty = Answer::from_parts(parts, Either::Left(Full::default()));
                stream::compose(storage.clone(), empty, pieces)
            }
            None => broken("pieces that cannot be read"),
        }
    }

    /// What a function answers.
    async fn ask(&self, request: Request<Bytes>) -> Answer {
        let (parts, body) = request.into_parts();
        if body.len() > BODY_BYTES {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "The request body has more than 10 MB.");
        }
        if let Err(answer) = event::check_headers(&parts, HEADER_BYTES) {
            return answer;
        }
        let Ok(path) = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8() else {
            return refuse(StatusCode::BAD_REQUEST, "The path is not UTF-8.");
        };
        let path = path.into_owned();
        if !path.starts_with('/') {
            return refuse(StatusCode::BAD_REQUEST, "The path has to begin with a slash.");
        }
        let Some(found) = self.routes.find(&parts.method, &path) else {
            return refuse(StatusCode::NOT_FOUND, cairn_http::errors::NO_SUCH_PATH);
        };
        let Some(function) = self.functions.get(found.operation.name) else {
            return broken("an operation has no function");
        };
        match event::of_request(parts, body, path, found, self.next_id()) {
            Ok(event) => self.invoke(function, LambdaRequest::ApiGatewayV2(event)).await,
            Err(answer) => answer,
        }
    }

    /// The very path that runs on Lambda: `lambda_http` makes a request of the event, the endpoint serves it.
    async fn invoke(&self, function: &Function, event: LambdaRequest) -> Answer {
        let trips = &function.app.shared.ports.trips;
        let before = trips.load(Ordering::Relaxed);
        let mut answer = event::to_answer(function.endpoint.serve(&function.app, event.into()).await);
        if self.counts_trips {
            answer.headers_mut().insert(TRIPS, (trips.load(Ordering::Relaxed) - before).into());
        }
        answer
    }

    fn next_id(&self) -> String {
        format!("{}-{:x}", self.prefix, self.requests.fetch_add(1, Ordering::Relaxed))
    }
}

/// The length that a request announces.
fn length(parts: &Parts) -> Option<u64> {
    parts.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
