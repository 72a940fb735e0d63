//! The gateway: what API Gateway and Lambda do on AWS, in process: routes, limits, events, one function per operation.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use cairn_core::{App, Settings};
use cairn_http::{Endpoint, Operation, Routes};
use cairn_ports::{Grant, Need, Ports};
use http::{Request, StatusCode};
use lambda_http::request::LambdaRequest;

use crate::event::{self, Answer, broken, refuse};

/// Most bytes of a request line and headers together.
pub const HEADER_BYTES: usize = 10_240;
/// Most bytes of a request body.
pub const BODY_BYTES: usize = 10 * 1024 * 1024;

/// Where trips are counted, this header tells how many.
const TRIPS: http::HeaderName = http::HeaderName::from_static("x-cairn-trips");

/// Every operation behind its route.
pub struct Gateway {
    routes: Routes,
    functions: HashMap<&'static str, Function>,
    counts_trips: bool,
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
        let functions = all().map(|operation| {
            let grant = Grant::of(operation.needs);
            let app = App::new(ports.scoped(&grant), settings.clone());
            (operation.name, Function { endpoint: Endpoint::new(operation, all()), app, grant })
        });
        Self {
            functions: functions.collect(),
            routes: Routes::new(all()),
            counts_trips: false,
            prefix: format!("{:08x}", ports.clock.now().micros().unsigned_abs() & 0xffff_ffff),
            requests: AtomicU64::new(0),
        }
    }

    /// The same gateway, telling in the header `x-cairn-trips` how many calls to store and index a request made.
    /// Requests for one operation that run at the same time are counted together.
    pub fn counting_trips(self) -> Self {
        Self { counts_trips: true, ..self }
    }

    /// Needs that an operation declared and nothing has used since the start, by operation, for those that ran.
    pub fn unused_needs(&self) -> Vec<(&'static str, Vec<Need>)> {
        let all = self.functions.iter().map(|(name, function)| (*name, function.grant.unused()));
        all.filter(|(_, unused)| !unused.is_empty()).collect()
    }

    /// Answers one request. Never fails.
    pub async fn answer(&self, request: Request<Bytes>) -> Answer {
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
