//! Tests through `EmbeddedS3::answer`, with requests signed as the SDKs sign them.

mod copies;
mod durability;
mod lists;
mod parts;
mod reads;
mod signatures;
mod versions;
mod writes;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
        SigningSettings, UriPathNormalizationMode, sign,
    },
    sign::v4::SigningParams,
};
use bytes::Bytes;
use cairn_ports::clock::{Clock, SystemClock, TestClock};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use s3s::Body;

use super::{Action, EmbeddedS3, Keys, Options};

/// A key that may do everything, and one that may do what the test says.
#[derive(Default)]
struct TestKeys(Mutex<Vec<(Action, String)>>);

impl Keys for TestKeys {
    fn secret(&self, access_key: &str) -> Option<String> {
        ["all", "some"].contains(&access_key).then(|| format!("secret of {access_key}"))
    }

    fn may(&self, access_key: &str, action: Action, key: &str) -> bool {
        let granted = self.0.lock().unwrap();
        access_key == "all"
            || granted.iter().any(|(granted, prefix)| *granted == action && key.starts_with(prefix))
    }
}

/// A storage of its own for a test.
struct Stand {
    folder: tempfile::TempDir,
    clock: Arc<TestClock>,
    keys: Arc<TestKeys>,
    s3: EmbeddedS3,
}

/// An answer that has come to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// What stands in the first element of this name.
    fn element(&self, name: &str) -> &str {
        self.elements(name).first().copied().unwrap_or_default()
    }

    fn elements(&self, name: &str) -> Vec<&str> {
        let (start, end) = (format!("<{name}>"), format!("</{name}>"));
        self.text().split(&start).skip(1).map(|rest| rest.split(&end).next().unwrap()).collect()
    }

    fn ok(self) -> Self {
        assert!(self.status.is_success(), "{}: {}", self.status, String::from_utf8_lossy(&self.body));
        self
    }

    fn refused(&self) -> (u16, &str) {
        (self.status.as_u16(), self.element("Code"))
    }
}

/// How a request is signed.
#[derive(Clone, Copy)]
struct Signing {
    key: &'static str,
    presigned: Option<Duration>,
    payload: Payload,
    /// Seconds from now on.
    at: i64,
}

#[derive(Clone, Copy)]
enum Payload {
    Hashed,
    Unsigned,
    /// What `x-amz-content-sha256` says.
    Named(&'static str),
}

const ALL: Signing = Signing { key: "all", presigned: None, payload: Payload::Hashed, at: 0 };
const UNSIGNED: Signing = Signing { payload: Payload::Unsigned, ..ALL };
const PRESIGNED: Signing = Signing { presigned: Some(Duration::from_mins(5)), ..UNSIGNED };

impl Stand {
    fn open() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(TestClock::new()));
        let keys = Arc::<TestKeys>::default();
        let s3 = EmbeddedS3::open(folder.path(), options(&clock, &keys)).unwrap();
        Self { folder, clock, keys, s3 }
    }

    /// As after a restart.
    fn reopen(self) -> Self {
        let Self { folder, clock, keys, s3 } = self;
        drop(s3);
        let s3 = EmbeddedS3::open(folder.path(), options(&clock, &keys)).unwrap();
        Self { folder, clock, keys, s3 }
    }

    fn grant(&self, action: Action, prefix: &str) {
        self.keys.0.lock().unwrap().push((action, prefix.into()));
    }

    /// The files in `data/` and `tmp/`.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for folder in std::fs::read_dir(self.folder.path().join("data")).unwrap() {
            files.extend(list(folder.unwrap().path()));
        }
        files.extend(list(self.folder.path().join("tmp")));
        files
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.s3.answer(request).await.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a request signed by its headers.
    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send(signed(ALL, method, path, headers, body)).await
    }

    async fn put(&self, key: &str, body: &[u8]) -> Answer {
        self.call("PUT", &format!("/site/{key}"), &[], body).await.ok()
    }

    async fn get(&self, key: &str) -> Answer {
        self.call("GET", &format!("/site/{key}"), &[], b"").await
    }

    async fn head(&self, key: &str) -> Answer {
        self.call("HEAD", &format!("/site/{key}"), &[], b"").await
    }

    async fn delete(&self, key: &str) -> Answer {
        self.call("DELETE", &format!("/site/{key}"), &[], b"").await
    }
}

fn list(folder: PathBuf) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn options(clock: &Arc<TestClock>, keys: &Arc<TestKeys>) -> Options {
    Options { bucket: "site".into(), keys: keys.clone(), announced: vec!["in/".into()], clock: clock.clone() }
}

/// A request as an SDK would send it.
fn signed(
    signing: Signing,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Request<Body> {
    let uri = format!("http://localhost{path}");
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(&uri);
    request = request.header("host", "localhost");
    if !body.is_empty() && !headers.iter().any(|(name, _)| *name == "content-length") {
        request = request.header("content-length", body.len());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(Bytes::copy_from_slice(body))).unwrap();
    sign_request(signing, &mut request, body);
    request
}

fn sign_request(signing: Signing, request: &mut Request<Body>, body: &[u8]) {
    let body = match signing.payload {
        Payload::Hashed => SignableBody::Bytes(body),
        Payload::Unsigned => SignableBody::UnsignedPayload,
        Payload::Named(kind) => SignableBody::Precomputed(kind.to_owned()),
    };
    let secret = format!("secret of {}", signing.key);
    let identity = Credentials::new(signing.key, secret, None, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    if let Some(life) = signing.presigned {
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(life);
    }
    let now = SystemClock.now().seconds() + signing.at;
    let params = SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("s3")
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(now.unsigned_abs()))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let (method, uri) = (request.method().to_string(), request.uri().to_string());
    let headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signable = SignableRequest::new(&method, &uri, headers, body).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    instructions.apply_to_request_http1x(request);
}
