//! A server that stands for DynamoDB, S3, SQS and OpenSearch: it notes what it is asked, and answers so that callers go on.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use cairn_aws::{
    dynamo::{self, DynamoStore},
    opensearch::{Client, OpenSearch},
    parameters,
    s3::{self, S3},
    sqs::{self, SqsQueues},
};
use cairn_model::kinds::mappings;
use cairn_ports::{
    Overflowing, OwnFields, Ports, clock::SystemClock, ids::RandomIds, objects::Locations,
    outbound::NoOutbound,
};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

use super::services::{of_dynamo, of_parameters, of_s3, of_search, of_sqs};

/// The partition whose items say that their documents are objects.
pub(super) const POINTED: &str = "pointed";
/// Tables whose documents are small whatever people send: none of them is an object.
pub(super) const SMALL: [&str; 4] = ["outbox", "pids", "stats", "idempotency"];
pub(super) const BUCKET: &str = "objects";

/// A right that a call took.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Noted {
    /// The call, as AWS names it.
    pub call: String,
    /// The action of IAM.
    pub action: String,
    /// What it was done to: `table/cairn-records`, `objects/files/key`, `cairn-index`.
    pub resource: String,
    /// What listed keys begin with.
    pub prefix: String,
}

/// The server.
pub(super) struct Wire {
    address: String,
    seen: Arc<Seen>,
    /// It serves until this is dropped.
    _serving: JoinSet<()>,
}

/// What was asked so far.
#[derive(Default)]
pub(super) struct Seen {
    noted: Mutex<BTreeSet<Noted>>,
    /// Messages that were handed out: every other time there is none.
    pub(super) received: Mutex<u32>,
    /// Whether an index was made: from then on aliases lead to it, and to the one before.
    pub(super) made: Mutex<bool>,
}

impl Wire {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Seen>::default();
        let mut serving = JoinSet::new();
        serving.spawn(accept(listener, seen.clone()));
        Self { address, seen, _serving: serving }
    }

    /// The adapters of functions, which speak to it.
    pub(super) async fn ports(&self) -> Ports {
        let clock = Arc::new(SystemClock);
        let store = DynamoStore::new(dynamo::local_client(&self.address).await, "cairn-".to_owned());
        let objects = S3::new(s3::local_client(&self.address, None).await, BUCKET, "default");
        let objects = Locations::one("default", Arc::new(objects));
        let queues =
            SqsQueues::new(sqs::local_client(&self.address).await, format!("{}/1/cairn-", self.address));
        let client = Client::unsigned(&self.address).unwrap();
        Ports {
            store: Arc::new(Overflowing::new(Arc::new(store), objects.clone())),
            search: Arc::new(OpenSearch::new(client, clock.clone(), "cairn-".to_owned(), &mappings())),
            queues: Arc::new(queues),
            objects,
            outbound: Arc::new(NoOutbound),
            custom_fields: OwnFields::default(),
            clock,
            ids: Arc::new(RandomIds),
            trips: Arc::default(),
        }
    }

    /// What functions do when they start, if they are told where fields are declared.
    pub(super) async fn read_parameter(&self, name: &str) {
        let client = parameters::local_client(&self.address).await;
        parameters::read(&client, name).await.unwrap();
    }

    pub(super) fn noted(&self) -> BTreeSet<Noted> {
        self.seen.noted.lock().unwrap().clone()
    }
}

async fn accept(listener: TcpListener, seen: Arc<Seen>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let seen = seen.clone();
        let service = service_fn(move |request| {
            let seen = seen.clone();
            async move { Ok::<_, Infallible>(answer(&seen, request).await) }
        });
        connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(seen: &Seen, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let target = parts.headers.get("x-amz-target").map(|target| target.to_str().unwrap().to_owned());
    let signed =
        parts.headers.contains_key("authorization") || parts.uri.to_string().contains("X-Amz-Signature");
    let (noted, answer) = match target.as_deref().and_then(|target| target.split_once('.')) {
        Some((service, call)) => {
            let asked: Value = serde_json::from_slice(&body).unwrap();
            match service {
                "AmazonSSM" => of_parameters(call, &asked),
                "AmazonSQS" => of_sqs(seen, call, &asked),
                _ => of_dynamo(call, &asked),
            }
        }
        None if signed => of_s3(&parts),
        None => of_search(seen, &parts),
    };
    seen.noted.lock().unwrap().extend(noted);
    let answer = Response::builder().header("etag", "\"tag\"").body(Full::new(Bytes::from(answer)));
    answer.unwrap()
}
