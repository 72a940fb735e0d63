//! Functions that are killed in the middle of a batch, before and after each of their commits: what they had not done is done
//! again, what they had done is not done twice.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use cairn_model::{Identity, kinds, queue::STATS, usage::Usage};
use cairn_ports::Key;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Notify};

use crate::{
    consumers::{delivery, received, stream},
    function::Function,
    world::World,
};

/// Downloads of one record, each by another visitor.
const DOWNLOADS: u64 = 6;

/// Stands before DynamoDB, and tells when a commit is the one at which to kill. That one is never answered.
struct Killer {
    address: String,
    onward: String,
    client: reqwest::Client,
    /// Commits before that one.
    before: usize,
    /// It is stored all the same.
    stored: bool,
    seen: AtomicUsize,
    reached: Notify,
}

impl Killer {
    async fn start(onward: &str, before: usize, stored: bool) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let killer = Arc::new(Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            onward: onward.to_owned(),
            client: reqwest::Client::new(),
            before,
            stored,
            seen: AtomicUsize::new(0),
            reached: Notify::new(),
        });
        let accepting = killer.clone();
        tokio::task::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let killer = accepting.clone();
                let service = service_fn(move |request| {
                    let killer = killer.clone();
                    async move { Ok::<_, Infallible>(killer.pass(request).await) }
                });
                tokio::task::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        killer
    }

    async fn pass(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let is_commit = parts
            .headers
            .get("x-amz-target")
            .is_some_and(|call| call.as_bytes().ends_with(b".TransactWriteItems"));
        let is_last = is_commit && self.seen.fetch_add(1, Ordering::SeqCst) >= self.before;
        if is_last && !self.stored {
            return self.wait_for_death().await;
        }
        let mut headers = parts.headers;
        headers.remove("host");
        let sent = self.client.post(&self.onward).headers(headers).body(body).send().await.unwrap();
        let (status, headers) = (sent.status(), sent.headers().clone());
        let answer = sent.bytes().await.unwrap();
        if is_last {
            return self.wait_for_death().await;
        }
        let mut response = Response::new(Full::new(answer));
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        response
    }

    async fn wait_for_death(&self) -> Response<Full<Bytes>> {
        self.reached.notify_one();
        std::future::pending().await
    }
}

/// Hands an event to one function after the other, each killed at another commit, until one gets to the end. How many were killed.
async fn until_done(handler: &str, world: &World, event: Value) -> usize {
    for killed in 0..200 {
        let killer = Killer::start(&world.endpoint, killed / 2, killed % 2 == 1).await;
        let function = Function::start_at(handler, world, &killer.address).await;
        let done = tokio::select! {
            done = function.run(event.clone()) => Some(done),
            () = killer.reached.notified() => None,
        };
        if let Some(done) = done {
            assert_eq!(done.unwrap(), json!({"batchItemFailures": []}));
            return killed;
        }
        drop(function);
    }
    panic!("{handler} never gets to the end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_killed_in_the_middle_of_a_batch_loses_nothing_and_counts_nothing_twice() {
    let world = World::new("killed").await;
    world.app.relay().await.unwrap();
    let shared = &world.app.shared;
    for visitor in 0..DOWNLOADS {
        let data = json!({"key": "a.txt", "file_id": "f", "size": 10, "parent": "parent",
            "visitor": format!("v{visitor}"), "machine": false});
        shared.say("file.downloaded", "downloads/one".to_owned(), &Identity::nobody(), data).await.unwrap();
    }
    let relays = until_done("relay_outbox", &world, stream(&world).await).await;
    assert!(relays >= 2, "a relay was killed before and after a commit: {relays}");
    assert_eq!(world.app.outbox(100).await.unwrap().0, 0);

    let waiting = shared.ports.queues.depth(&STATS).await.unwrap().waiting;
    assert!(waiting > DOWNLOADS, "what a killed relay had sent was sent again: {waiting}");
    let messages = received(&world, &STATS, usize::try_from(waiting).unwrap()).await;
    let consumers = until_done("consume_stats", &world, delivery(&messages)).await;
    assert!(consumers >= 2, "a consumer was killed before and after a commit: {consumers}");

    let key = Key::new(kinds::STATS, "total#one", "total");
    let usage = Usage::of(&shared.ports.store.get(&key).await.unwrap().unwrap().counters);
    assert_eq!((usage.downloads, usage.unique_downloads), (DOWNLOADS, DOWNLOADS));
    assert_eq!(usage.data_volume, 10 * DOWNLOADS);
    let again = Function::start("consume_stats", &world).await;
    assert_eq!(again.run(delivery(&messages)).await.unwrap(), json!({"batchItemFailures": []}));
    let usage = Usage::of(&shared.ports.store.get(&key).await.unwrap().unwrap().counters);
    assert_eq!(usage.downloads, DOWNLOADS, "and once more changes nothing");
}
