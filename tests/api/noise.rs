//! Requests that nobody should send: everything gets an answer, nothing breaks, nothing is written.

use std::{fmt::Write, sync::Arc, time::Duration};

use cairn_local::server::{Server, by_gateway};
use cairn_model::kinds::{RECORDS, TABLES};
use cairn_ports::store::Segment;
use futures::{StreamExt, stream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::support::Site;

/// Sends bytes, and reads whatever comes until the server closes the connection.
async fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // The server may answer and close before it has read everything: that is its right.
    stream.write_all(bytes).await.ok();
    stream.shutdown().await.ok();
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    assert!(
        read.is_ok(),
        "no end of the answer to {:?}",
        String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)])
    );
    String::from_utf8_lossy(&answer).into_owned()
}

/// The statuses in what came back, one per answer.
fn statuses(answer: &str) -> Vec<u16> {
    answer.split("HTTP/1.").skip(1).filter_map(|part| part.get(2..5)?.parse().ok()).collect()
}

async fn serving(site: &Site) -> Server {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    server.ready(by_gateway(site.gateway.clone()));
    server
}

pub(crate) async fn records_stored(site: &Site) -> usize {
    let whole = Segment::WHOLE;
    site.system.shared.ports.store.scan_segment(RECORDS, whole, None, 1_000).await.unwrap().items.len()
}

/// Everything that is stored, as text.
pub(crate) async fn everything_stored(site: &Site) -> String {
    let mut stored = String::new();
    for table in TABLES {
        let all = site.system.shared.ports.store.scan_segment(*table, Segment::WHOLE, None, 1_000);
        for item in all.await.unwrap().items {
            writeln!(stored, "{:?} {}", item.key, item.body).unwrap();
        }
    }
    stored
}

/// A small generator of numbers, the same at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

const METHODS: &[&str] =
    &["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW", "CONNECT", "get", "G\u{e9}T", ""];
const SEGMENTS: &[&str] = &[
    "api",
    "records",
    "user",
    "users",
    "vocabularies",
    "languages",
    "me",
    "draft",
    "actions",
    "publish",
    "versions",
    "latest",
    "tokens",
    "1",
    "zege4-jwk51",
    "ZEGE4-JWK51",
    "..",
    ".",
    "",
    "%2e%2e",
    "%2F",
    "%00",
    "%ff",
    "%zz",
    "%",
    "%E2%82%AC",
    "\u{e9}",
    "a b",
    "?",
    "#",
    "%3F",
    "%23x",
    "{id}",
    "{id+}",
    "*",
    "'",
    "\"",
    "<script>",
    "a;b=c",
    "%25%32%46",
    "\u{1}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];
const QUERIES: &[&str] = &[
    "",
    "?",
    "?q=x",
    "?q=%ff",
    "?q=%00",
    "?expand=maybe",
    "?expand=1&expand=0",
    "?size=-1",
    "?size=99999999999999999999",
    "?page=0",
    "?access_token=x",
    "?access_token=",
    "?%=%",
    "?a=b=c&&&=",
    "?q=\u{e9}",
    "?prettyprint",
    "?q=[1 TO",
    "?ln=de",
    "?sort=nonsense",
    "?allversions=x",
    "??",
    "?#",
    "?q=(((((((((((((((((((((((((((((((((((",
];
const HEADERS: &[&str] = &[
    "Host: cairn.test",
    "Host: [",
    "Host: a b",
    "Host: x:99999",
    "Host:",
    "Host: \u{e9}",
    "Accept: application/json",
    "Accept: text/html",
    "Accept: ,,;q=",
    "Accept: */*;q=nan",
    "Accept-Language: de;q=9,*,\u{e9}",
    "If-Match: abc",
    "If-Match: W/\"4\"",
    "If-Match: 99999999999999999999999",
    "If-Match: \"",
    "Idempotency-Key:",
    "Idempotency-Key: \u{e9}",
    "Authorization: Bearer",
    "Authorization: Bearer x",
    "Authorization: Basic eA==",
    "Authorization: \u{0}",
    "Content-Type: application/json",
    "Content-Type: text/xml",
    "Content-Type: application/json; charset=latin-1",
    "Content-Type: ;;;",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: x",
    "Content-Length: 99999999999999",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip",
    "Expect: 100-continue",
    "Connection: close",
    "Connection: upgrade",
    "Upgrade: h2c",
    "Cookie: a=b; c",
    "Cookie: \u{e9}",
    "X-Forwarded-Proto: :::",
    "X-Forwarded-For: x",
    "No colon here",
    ": no name",
    "Bad Name: x",
    " folded",
    "Range: bytes=0-",
    "If-None-Match: *",
    "Content-Encoding: gzip",
];
const BODIES: &[&str] = &[
    "",
    "{}",
    "[]",
    "null",
    "{",
    "{\"metadata\":{}}",
    "{\"metadata\":[]}",
    "{\"metadata\":{\"title\":\"\\ud800\"}}",
    "\u{0}",
    "5\r\n{\"a\":\r\n0\r\n\r\n",
    "zz\r\n",
    "ffffffffffffffffff\r\n",
    "2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1e999}",
    "\u{feff}{}",
];

fn noise(dice: &mut Dice) -> Vec<u8> {
    let mut path = String::new();
    for _ in 0..=dice.roll(6) {
        path.push('/');
        path.push_str(dice.pick(SEGMENTS));
    }
    let version = if dice.roll(20) == 0 {
        dice.pick(&["HTTP/1.0", "HTTP/2.0", "HTTP/9", "", "ICY"])
    } else {
        "HTTP/1.1"
    };
    let mut text = format!("{} {path}{} {version}\r\n", dice.pick(METHODS), dice.pick(QUERIES));
    for _ in 0..dice.roll(6) {
        text.push_str(dice.pick(HEADERS));
        text.push_str("\r\n");
    }
    let body = dice.pick(BODIES);
    if dice.roll(3) > 0 {
        text = [text, format!("Host: cairn.test\r\nContent-Length: {}\r\n", body.len())].concat();
    }
    text.push_str("\r\n");
    text.push_str(body);
    let mut bytes = text.into_bytes();
    for _ in 0..dice.roll(4) {
        // Now and then a byte goes wrong.
        let place = dice.roll(bytes.len());
        bytes[place] = u8::try_from(dice.roll(256)).unwrap();
    }
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_never_breaks_the_server() {
    let site = Site::start().await;
    let server = Arc::new(serving(&site).await);
    let mut dice = Dice(0x5eed_cafe);
    let requests: Vec<Vec<u8>> = (0..4_000).map(|_| noise(&mut dice)).collect();
    let answered = stream::iter(requests)
        .map(|bytes| {
            let server = server.clone();
            async move {
                let answer = raw(&server, &bytes).await;
                let statuses = statuses(&answer);
                assert!(
                    statuses.iter().all(|status| *status < 500),
                    "{statuses:?} to {:?}",
                    String::from_utf8_lossy(&bytes)
                );
                statuses.len()
            }
        })
        .buffer_unordered(16)
        .fold(0, |sum, count| async move { sum + count })
        .await;
    assert!(answered > 3_000, "most noise is answered: {answered}");
    assert_eq!(records_stored(&site).await, 0);
    assert_eq!(
        statuses(&raw(&server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await),
        [200]
    );
}

#[tokio::test]
async fn limits_of_size_are_those_of_api_gateway() {
    let site = Site::start().await;
    let server = serving(&site).await;
    let line = |size: usize| {
        format!("GET /api/ping?x={} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "y".repeat(size))
    };
    assert_eq!(statuses(&raw(&server, line(9_000).as_bytes()).await), [200]);
    assert_eq!(statuses(&raw(&server, line(10_300).as_bytes()).await), [431]);
    let header = format!(
        "GET /api/ping HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\nConnection: close\r\n\r\n",
        "y".repeat(10_300)
    );
    assert_eq!(statuses(&raw(&server, header.as_bytes()).await), [431]);
    let endless = format!("GET /api/ping HTTP/1.1\r\nHost: x\r\nX-Long: {}", "y".repeat(1 << 20));
    assert!(statuses(&raw(&server, endless.as_bytes()).await).iter().all(|status| *status == 431));
    let many = "A: b\r\n".repeat(2_000);
    let many = format!("GET /api/ping HTTP/1.1\r\n{many}Connection: close\r\n\r\n");
    assert!(statuses(&raw(&server, many.as_bytes()).await).iter().all(|status| *status == 431));
    for size in [10 * 1024 * 1024 + 1, 30_000_000] {
        let mut body = format!(
            "POST /api/records HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
        )
        .into_bytes();
        body.resize(body.len() + size, b'x');
        assert_eq!(statuses(&raw(&server, &body).await), [413], "{size}");
    }
}

#[tokio::test]
async fn pipelined_and_chunked_requests_are_served() {
    let site = Site::start().await;
    let server = serving(&site).await;
    let two = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /api/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(statuses(&raw(&server, two).await), [200, 200]);
    let chunked = b"POST /api/records HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    assert_eq!(statuses(&raw(&server, chunked).await), [403]);
}

#[tokio::test]
async fn a_server_that_is_not_ready_says_so_and_one_that_stops_finishes() {
    let site = Site::start().await;
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(statuses(&raw(&server, ask).await), [503]);
    server.ready(by_gateway(site.gateway.clone()));
    assert_eq!(statuses(&raw(&server, ask).await), [200]);
    let address = server.address;
    let idle = TcpStream::connect(address).await.unwrap();
    timeout(Duration::from_secs(5), server.stop()).await.expect("an idle connection holds nothing up");
    assert!(TcpStream::connect(address).await.is_err());
    drop(idle);
}
