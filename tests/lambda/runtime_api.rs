//! Lambda's Runtime API, as a function sees it: it asks for the next event and posts its answer.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Instant,
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Mutex as Turn, mpsc, oneshot},
};

/// What a function posted: its answer, or the error it reported.
pub(crate) type Posted = Result<Value, String>;

/// An event on its way to a function, and where its answer goes.
struct Invocation {
    event: Value,
    posted: oneshot::Sender<Posted>,
}

/// A Runtime API for one function.
pub(crate) struct RuntimeApi {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    events: mpsc::UnboundedSender<Invocation>,
}

struct Shared {
    waiting: Turn<mpsc::UnboundedReceiver<Invocation>>,
    running: Mutex<Option<oneshot::Sender<Posted>>>,
    first_poll: Mutex<Option<Instant>>,
}

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        let (events, waiting) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            waiting: Turn::new(waiting),
            running: Mutex::default(),
            first_poll: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::task::spawn(accept(listener, shared.clone()));
        Self { address, shared, events }
    }

    /// When the function asked for its first event.
    pub(crate) fn first_poll(&self) -> Option<Instant> {
        *self.shared.first_poll.lock().unwrap()
    }

    /// Hands the function an event, and returns what it posts.
    pub(crate) async fn invoke(&self, event: Value) -> Posted {
        let (posted, answer) = oneshot::channel();
        self.events.send(Invocation { event, posted }).unwrap();
        answer.await.unwrap()
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        let service = service_fn(move |request| {
            let shared = shared.clone();
            async move { Ok::<_, Infallible>(answer(&shared, request).await) }
        });
        tokio::task::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let path = path.strip_prefix("/2018-06-01/runtime/").expect("a path of the Runtime API");
    let is_get = request.method() == Method::GET;
    let body = request.into_body().collect().await.unwrap().to_bytes();
    if is_get && path == "invocation/next" {
        return next(shared).await;
    }
    let posted = match path.rsplit('/').next() {
        Some("response") => Ok(serde_json::from_slice(&body).expect("an answer in JSON")),
        Some("error") => Err(String::from_utf8_lossy(&body).into_owned()),
        _ => panic!("{path} is no path of the Runtime API"),
    };
    if let Some(running) = shared.running.lock().unwrap().take() {
        running.send(posted).ok();
    }
    let mut accepted = Response::new(Full::new(Bytes::from_static(b"{}")));
    *accepted.status_mut() = StatusCode::ACCEPTED;
    accepted
}

async fn next(shared: &Shared) -> Response<Full<Bytes>> {
    shared.first_poll.lock().unwrap().get_or_insert_with(Instant::now);
    let Some(invocation) = shared.waiting.lock().await.recv().await else {
        // The test is over; so is the function, soon.
        return std::future::pending().await;
    };
    *shared.running.lock().unwrap() = Some(invocation.posted);
    Response::builder()
        .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .header("lambda-runtime-deadline-ms", "4102444800000")
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:123456789012:function:cairn",
        )
        .header("lambda-runtime-trace-id", "Root=1-67891233-abcdef012345678912345678;Sampled=0")
        .body(Full::new(Bytes::from(invocation.event.to_string())))
        .unwrap()
}
