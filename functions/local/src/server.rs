//! The server: connections, time limits, start and end. What a request means is the gateway's business.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream, ToSocketAddrs},
    sync::watch,
    task::JoinSet,
    time::timeout,
};

use crate::{
    courteous::Courteous,
    event::{Answer, broken, refuse},
    gateway::{BODY_BYTES, Gateway},
    storage::Storage,
    stream::streamed,
};

/// Longest time for headers, for a body, and for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// Longest time for requests under way once the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);
/// What a connection buffers at most, and so takes from the system at once where much comes. Above the limit of headers,
/// so that we answer for those ourselves.
const BUFFER: usize = 256 * 1024;
/// A body too large is still read up to here, so that its sender gets to read our answer.
pub(crate) const COURTESY: usize = 64 * 1024 * 1024;

/// What answers requests.
pub type Handler = Box<dyn Fn(Request<Incoming>) -> BoxFuture<'static, Answer> + Send + Sync>;
type Slot = Arc<OnceLock<Handler>>;

/// A listening server. Until it is given what answers, it answers 503.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    handler: Slot,
    stop: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Listens. Port 0 takes a free one.
    ///
    /// # Errors
    /// The address cannot be used.
    #[expect(clippy::disallowed_methods, reason = "a server accepts connections beside everything else")]
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let handler = Slot::default();
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, handler.clone(), stopped));
        Ok(Self { address, handler, stop, accepting })
    }

    /// From now on requests go to `handler`. The first one stays.
    pub fn ready(&self, handler: Handler) {
        if self.handler.set(handler).is_err() {
            tracing::warn!("the server was ready before");
        }
    }

    /// Takes no more connections, and returns when the requests under way are answered or have had 10 seconds.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.accepting.await {
            tracing::error!(%error, "the server did not end well");
        }
    }
}

async fn accept(listener: TcpListener, handler: Slot, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(serve_connection(stream, peer, handler.clone(), stopped.clone()));
                }
                Err(error) => {
                    // Out of file handles, or the peer is gone: others may fare better in a moment.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            _ = stopped.changed() => break,
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(FAREWELL, all).await.is_err() {
        tracing::warn!("some requests took longer than {} seconds and were given up", FAREWELL.as_secs());
    }
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    handler: Slot,
    mut stopped: watch::Receiver<bool>,
) {
    // Small answers go out at once. It is no loss if a system does not know how.
    stream.set_nodelay(true).ok();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let handler = handler.clone();
        request.extensions_mut().insert(peer);
        async move {
            Ok::<_, Infallible>(match handler.get() {
                Some(handler) => handler(request).await,
                None => refuse(StatusCode::SERVICE_UNAVAILABLE, "The repository is starting."),
            })
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .half_close(true)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Has requests answered by a gateway.
pub fn by_gateway(gateway: Arc<Gateway>) -> Handler {
    Box::new(move |request| Box::pin(answer(gateway.clone(), request)))
}

/// Has requests answered by the object storage.
pub fn by_storage(storage: Arc<Storage>) -> Handler {
    Box::new(move |request| {
        let storage = storage.clone();
        Box::pin(async move {
            let request = request.map(|body| s3s::Body::http_body_unsync(Courteous::from(body)));
            let answer = storage.s3.answer(request).await;
            answer.map(streamed)
        })
    })
}

async fn answer(gateway: Arc<Gateway>, request: Request<Incoming>) -> Answer {
    let (parts, incoming) = request.into_parts();
    if gateway.sends_on(&parts) {
        return gateway.send_on(parts, Courteous::from(incoming)).await;
    }
    let body = match timeout(PATIENCE, read(incoming)).await {
        Ok(Ok(body)) => body,
        Ok(Err(answer)) => return *answer,
        Err(_) => {
            return refuse(StatusCode::REQUEST_TIMEOUT, "The request body took longer than 30 seconds.");
        }
    };
    // On its own: whoever hangs up does not stop half-way what Lambda would have finished.
    #[expect(clippy::disallowed_methods, reason = "this process does not freeze between requests")]
    let function = tokio::spawn(async move { gateway.answer(Request::from_parts(parts, body)).await });
    match timeout(PATIENCE, function).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => broken("the gateway panicked"),
        Err(_) => refuse(StatusCode::SERVICE_UNAVAILABLE, "The operation took longer than 30 seconds."),
    }
}

/// Reads a body that is not too large.
async fn read(mut incoming: Incoming) -> Result<Bytes, Box<Answer>> {
    let (mut whole, mut size) = (BytesMut::new(), 0);
    let mut only = Bytes::new();
    while let Some(frame) = incoming.frame().await {
        let Ok(frame) = frame else {
            return Err(Box::new(refuse(StatusCode::BAD_REQUEST, "The request body could not be read.")));
        };
        let Ok(data) = frame.into_data() else { continue };
        size += data.len();
        if size > COURTESY {
            break;
        }
        if size > BODY_BYTES {
            whole = BytesMut::new();
        } else if size == data.len() {
            only = data;
        } else {
            if whole.is_empty() {
                whole.extend_from_slice(&only);
            }
            whole.extend_from_slice(&data);
        }
    }
    if size > BODY_BYTES {
        return Err(Box::new(refuse(StatusCode::PAYLOAD_TOO_LARGE, "The request body has more than 10 MB.")));
    }
    Ok(if whole.is_empty() { only } else { whole.freeze() })
}
