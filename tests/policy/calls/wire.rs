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
    s3::{self, S3},
    sqs::{self, SqsQueues},
};
use cairn_model::kinds::mappings;
use cairn_ports::{
    Overflowing, Ports, clock::SystemClock, ids::RandomIds, objects::Locations, outbound::NoOutbound,
};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

/// The partition whose items say that their documents are objects.
pub(super) const POINTED: &str = "pointed";
/// Tables whose documents are small whatever people send: none of them is an object.
pub(super) const SMALL: [&str; 4] = ["outbox", "pids", "stats", "idempotency"];
const BUCKET: &str = "objects";

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

#[derive(Default)]
struct Seen {
    noted: Mutex<BTreeSet<Noted>>,
    /// Messages that were handed out: every other time there is none.
    received: Mutex<u32>,
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
            clock,
            ids: Arc::new(RandomIds),
            trips: Arc::default(),
        }
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
            if service.starts_with("DynamoDB") { of_dynamo(call, &asked) } else { of_sqs(seen, call, &asked) }
        }
        None if signed => of_s3(&parts),
        None => of_search(&parts),
    };
    seen.noted.lock().unwrap().extend(noted);
    let answer = Response::builder().header("etag", "\"tag\"").body(Full::new(Bytes::from(answer)));
    answer.unwrap()
}

fn note(call: &str, action: &str, resource: String) -> Noted {
    Noted { call: call.to_owned(), action: action.to_owned(), resource, prefix: String::new() }
}

fn of_dynamo(call: &str, asked: &Value) -> (Vec<Noted>, String) {
    let at = |action: &str, table: &Value| {
        note(call, &format!("dynamodb:{action}"), format!("table/{}", table.as_str().unwrap()))
    };
    let keys =
        |map: &Value| map.as_object().into_iter().flatten().map(|(key, _)| json!(key)).collect::<Vec<_>>();
    let table = asked["TableName"].as_str().unwrap_or_default().trim_start_matches("cairn-");
    let pointer = json!({"$object": format!("bodies/{table}/work-0"), "location": "default", "bytes": 5, "sha256": "0"});
    let item =
        json!({"pk": {"S": POINTED}, "sk": {"S": "sort"}, "r": {"N": "1"}, "b": {"S": pointer.to_string()}});
    let items = if SMALL.contains(&table) { Vec::new() } else { vec![item.clone()] };
    match call {
        "BatchGetItem" => {
            let noted = keys(&asked["RequestItems"]).iter().map(|table| at(call, table)).collect();
            (noted, json!({"Responses": {}}).to_string())
        }
        "TransactWriteItems" => {
            let items = asked["TransactItems"].as_array().into_iter().flatten();
            let kinds = items.flat_map(|item| item.as_object().unwrap());
            let noted = kinds.map(|(kind, item)| {
                let action = if kind == "ConditionCheck" {
                    "ConditionCheckItem".into()
                } else {
                    format!("{kind}Item")
                };
                at(&action, &item["TableName"])
            });
            (noted.collect(), "{}".into())
        }
        "GetItem" if asked["Key"]["pk"]["S"] == POINTED && !SMALL.contains(&table) => {
            (vec![at(call, &asked["TableName"])], json!({"Item": item}).to_string())
        }
        "Query" => (vec![at(call, &asked["TableName"])], json!({"Items": [], "Count": 0}).to_string()),
        "Scan" => {
            (vec![at(call, &asked["TableName"])], json!({"Items": items, "Count": items.len()}).to_string())
        }
        _ => (vec![at(call, &asked["TableName"])], "{}".into()),
    }
}

fn of_sqs(seen: &Seen, call: &str, asked: &Value) -> (Vec<Noted>, String) {
    let queue = asked["QueueUrl"].as_str().unwrap().rsplit('/').next().unwrap();
    // Batches are no rights of their own.
    let noted = vec![note(call, &format!("sqs:{}", call.trim_end_matches("Batch")), queue.to_owned())];
    let answer = match call {
        "ReceiveMessage" => {
            let mut received = seen.received.lock().unwrap();
            *received += 1;
            let message = json!({"MessageId": "id", "ReceiptHandle": "receipt", "Body": "body"});
            json!({"Messages": if *received % 2 == 1 { vec![message] } else { Vec::new() }})
        }
        "SendMessageBatch" | "DeleteMessageBatch" => json!({"Successful": [], "Failed": []}),
        _ => json!({}),
    };
    (noted, answer.to_string())
}

fn of_s3(parts: &http::request::Parts) -> (Vec<Noted>, String) {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let value = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let has = |name: &str| value(name).is_some();
    let path = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8().unwrap();
    let path = path.trim_start_matches('/').trim_end_matches('/').to_owned();
    let version = if has("versionId") { "Version" } else { "" };
    let bucket = || BUCKET.to_owned();
    let one = |call: &str, action: &str| vec![note(call, &format!("s3:{action}"), path.clone())];
    let list = |call: &str, action: &str| {
        let prefix = value("prefix").unwrap_or_default().to_owned();
        vec![Noted { prefix, ..note(call, &format!("s3:{action}"), bucket()) }]
    };
    let source = parts.headers.get("x-amz-copy-source").map(|source| source.to_str().unwrap());
    let (noted, answer) = match (&parts.method, source) {
        (&Method::HEAD, _) => {
            let mut noted = one("HeadObject", &format!("GetObject{version}"));
            // Without it, what is not there is forbidden.
            noted.push(note("HeadObject", "s3:ListBucket", bucket()));
            (noted, "")
        }
        (&Method::GET, _) if has("versions") => {
            (list("ListObjectVersions", "ListBucketVersions"), "<ListVersionsResult/>")
        }
        (&Method::GET, _) if has("uploads") => {
            (list("ListMultipartUploads", "ListBucketMultipartUploads"), "<ListMultipartUploadsResult/>")
        }
        (&Method::GET, _) if has("uploadId") => {
            (one("ListParts", "ListMultipartUploadParts"), "<ListPartsResult/>")
        }
        (&Method::GET, _) => (one("GetObject", &format!("GetObject{version}")), "bytes"),
        (&Method::PUT, Some(source)) => {
            let (key, version) = source.split_once("?versionId=").unzip();
            let action = if version.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
            let key = percent_encoding::percent_decode_str(key.unwrap_or(source)).decode_utf8().unwrap();
            let mut noted = one("CopyObject", "PutObject");
            noted.push(note("CopyObject", action, key.trim_start_matches('/').to_owned()));
            (noted, "<CopyObjectResult/>")
        }
        (&Method::PUT, None) if has("partNumber") => (one("UploadPart", "PutObject"), ""),
        (&Method::PUT, None) => (one("PutObject", "PutObject"), ""),
        (&Method::POST, _) if has("uploads") => (
            one("CreateMultipartUpload", "PutObject"),
            "<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>",
        ),
        (&Method::POST, _) => {
            (one("CompleteMultipartUpload", "PutObject"), "<CompleteMultipartUploadResult/>")
        }
        (&Method::DELETE, _) if has("uploadId") => (one("AbortMultipartUpload", "AbortMultipartUpload"), ""),
        (&Method::DELETE, _) => (one("DeleteObject", &format!("DeleteObject{version}")), ""),
        (method, _) => panic!("{method} {}", parts.uri),
    };
    (noted, answer.to_owned())
}

/// OpenSearch: rights are for methods, and for paths below the domain.
fn of_search(parts: &http::request::Parts) -> (Vec<Noted>, String) {
    let method = parts.method.as_str();
    let action = format!("es:ESHttp{}{}", &method[..1], method[1..].to_ascii_lowercase());
    let path = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8().unwrap();
    // What AWS does not know is a name made of others is checked as it stands.
    (vec![note(method, &action, format!("search{path}"))], "{}".into())
}
