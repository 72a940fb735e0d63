//! A small HTTP server for tests: answers as told, remembers what it was asked.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use clap::Parser;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use super::console::Console;
use super::console::capture::Written;
use super::{Cli, Ending, Usage, execute};

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) body: Bytes,
    headers: http::HeaderMap,
    /// Requests before this one.
    pub(crate) number: usize,
}

impl Asked {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What to answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// Close the connection instead.
    pub(crate) hang_up: bool,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string(), hang_up: false }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn hang_up() -> Self {
        Self { hang_up: true, ..Self::json(500, &Value::Null) }
    }
}

type Handler = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// A server on a port of its own.
pub(crate) struct Fake {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// How a command ended.
pub(crate) struct Run {
    pub(crate) ending: anyhow::Result<Ending>,
    pub(crate) out: Written,
    pub(crate) err: Written,
}

impl Run {
    /// The error of a command that must have failed as a whole.
    pub(crate) fn failure(&self) -> String {
        format!("{:#}", self.ending.as_ref().unwrap_err())
    }

    /// Whether the command line was at fault.
    pub(crate) fn is_wrong_usage(&self) -> bool {
        self.ending.as_ref().is_err_and(anyhow::Error::is::<Usage>)
    }
}

impl Fake {
    /// Starts a server that answers with `handler`. It lives as long as the test process.
    pub(crate) fn start(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let handler: Handler = Arc::new(handler);
        let seen = asked.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { serve(TcpListener::from_std(listener).unwrap(), handler, seen).await });
        });
        Self { url, asked }
    }

    /// An address where nobody listens.
    pub(crate) fn nowhere() -> Self {
        let address: SocketAddr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { url: format!("http://{address}"), asked: Arc::default() }
    }

    /// The base of the server.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Requests so far.
    pub(crate) fn requests(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Runs `cairn` against this server with the token `secret`.
    pub(crate) fn cairn(&self, arguments: &[&str]) -> Run {
        let data = PathBuf::from("/nonexistent").display().to_string();
        let line = ["cairn", "--url", &self.url, "--token", "secret", "--data", &data];
        cairn(line.iter().chain(arguments).copied())
    }
}

/// Runs a command line.
pub(crate) fn cairn<'a>(line: impl Iterator<Item = &'a str>) -> Run {
    let cli = Cli::try_parse_from(line).unwrap();
    let (mut console, out, err) = Console::captured(cli.globals.json);
    let ending = execute(&cli, &mut console);
    Run { ending, out, err }
}

async fn serve(listener: TcpListener, handler: Handler, asked: Arc<Mutex<Vec<Asked>>>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (handler, asked) = (handler.clone(), asked.clone());
        let service = service_fn(move |request| answer(request, handler.clone(), asked.clone()));
        connections.spawn(async move {
            // An error here is a connection that the test closed on purpose.
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await
                .ok();
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    handler: Handler,
    asked: Arc<Mutex<Vec<Asked>>>,
) -> Result<Response<Full<Bytes>>, HungUp> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| HungUp)?.to_bytes();
    let this = {
        let mut asked = asked.lock().unwrap();
        let path = parts.uri.path_and_query().unwrap().to_string();
        let method = parts.method.to_string();
        let number = asked.len();
        asked.push(Asked { method, path, body, headers: parts.headers, number });
        asked.last().unwrap().clone()
    };
    let reply = handler(&this);
    if reply.hang_up {
        return Err(HungUp);
    }
    // So that requests overlap, as they do in life.
    tokio::time::sleep(Duration::from_millis(1)).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::from(reply.body)).unwrap())
}

#[derive(Debug, thiserror::Error)]
#[error("the test hangs up")]
struct HungUp;
