//! Objects: on the embedded storage, in process and over HTTP, and on a server for S3 that others wrote.

use std::sync::Arc;

use cairn_aws::s3::{S3, local_client};
use cairn_local::{
    server::{Server, by_storage},
    storage::Storage,
};
use cairn_ports::{
    Clock, Ids,
    clock::SystemClock,
    contract::{self, Answered, Ask, Asked},
    ids::RandomIds,
};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;

use crate::folder::Folder;

fn open(folder: &Folder, endpoint: &str) -> Arc<Storage> {
    let storage = Storage::open(&folder.next(), endpoint, &[], Arc::new(SystemClock), &RandomIds);
    Arc::new(storage.unwrap())
}

fn named(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

/// Clients that share the process with the storage.
fn in_process(storage: Arc<Storage>) -> Ask {
    Arc::new(move |asked: Asked| {
        let storage = storage.clone();
        Box::pin(async move {
            let url = url::Url::parse(&asked.address).unwrap();
            let target = &url[url::Position::BeforePath..];
            let mut request = Request::builder().method(asked.method).uri(target);
            request = request.header("host", &url[url::Position::BeforeHost..url::Position::AfterPort]);
            request = request.header("content-length", asked.body.len());
            for (name, value) in asked.headers {
                request = request.header(name, value);
            }
            let (parts, body) =
                storage.s3.answer(request.body(asked.body.into()).unwrap()).await.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Answered { status: parts.status.as_u16(), headers: named(&parts.headers), body }
        })
    })
}

/// Clients anywhere.
fn over_http() -> Ask {
    let client = reqwest::Client::new();
    Arc::new(move |asked: Asked| {
        let mut request = client.request(asked.method.parse().unwrap(), asked.address).body(asked.body);
        for (name, value) in asked.headers {
            request = request.header(name, value);
        }
        Box::pin(async move {
            let answer = request.send().await.unwrap();
            let (status, headers) = (answer.status().as_u16(), named(answer.headers()));
            Answered { status, headers, body: answer.bytes().await.unwrap() }
        })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_storage_has_objects() {
    let folder = Folder::new();
    let storage = open(&folder, "http://files.test");
    let objects = storage.locations().await.home().unwrap().clone();
    contract::objects(contract::Storage { objects, ask: in_process(storage), lenient: false }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_storage_has_objects_over_http() {
    let folder = Folder::new();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let storage = open(&folder, &format!("http://{}", server.address));
    server.ready(by_storage(storage.clone()));
    let objects = storage.reached_by(None, "objects").await;
    contract::objects(contract::Storage { objects, ask: over_http(), lenient: false }).await;
    server.stop().await;
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn endpoint() -> String {
    std::env::var("CAIRN_TEST_S3")
        .expect("CAIRN_TEST_S3 must name a running moto (http://127.0.0.1:5000); `make test` starts one")
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_has_objects() {
    let (client, endpoint) = (reqwest::Client::new(), endpoint());
    let bucket = format!("contract-{}", RandomIds.ulid(SystemClock.now()).to_ascii_lowercase());
    let versions = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    for (query, body) in [("", ""), ("?versioning", versions)] {
        let made = client.put(format!("{endpoint}/{bucket}{query}")).body(body).send().await.unwrap();
        assert!(made.status().is_success(), "{}", made.text().await.unwrap());
    }
    let objects = Arc::new(S3::new(local_client(&endpoint, None).await, bucket, "moto"));
    contract::objects(contract::Storage { objects, ask: over_http(), lenient: true }).await;
}
