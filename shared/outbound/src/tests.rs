//! Every refusal, with servers on this machine that misbehave.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use cairn_ports::{
    Outbound, OutboundError,
    outbound::{Answer, Method, Request},
};
use futures::TryStreamExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{Client, Names};

/// A server that answers each connection with these bytes, and with more of `tail` every so often for ever.
struct Server {
    port: u16,
    requests: Arc<std::sync::Mutex<Vec<String>>>,
}

#[expect(clippy::disallowed_methods, reason = "a server answers beside the test")]
async fn server(head: &str, tail: Option<(Vec<u8>, Duration)>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (seen, head) = (requests.clone(), head.to_owned());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (seen, head, tail) = (seen.clone(), head.clone(), tail.clone());
            tokio::spawn(async move {
                let mut buffer = vec![0; 4096];
                let read = stream.read(&mut buffer).await.unwrap_or(0);
                seen.lock().unwrap().push(String::from_utf8_lossy(&buffer[..read]).into_owned());
                stream.write_all(head.as_bytes()).await.ok();
                while let Some((bytes, pause)) = &tail {
                    if stream.write_all(bytes).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(*pause).await;
                }
            });
        }
    });
    Server { port, requests }
}

impl Server {
    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Names that lead to these addresses; after the first time, to other ones.
#[derive(Default)]
struct FakeNames {
    first: HashMap<&'static str, Vec<&'static str>>,
    then: Vec<&'static str>,
    asked: AtomicUsize,
}

#[async_trait]
impl Names for FakeNames {
    async fn find(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let known = self.first.get(name).ok_or_else(|| io::Error::other("no such name"))?;
        let again = self.asked.fetch_add(1, Ordering::Relaxed) > 0;
        let found = if again { &self.then } else { known };
        Ok(found.iter().map(|address| address.parse().unwrap()).collect())
    }
}

fn names(known: &[(&'static str, &[&'static str])]) -> Arc<FakeNames> {
    let first = known.iter().map(|(name, found)| (*name, found.to_vec())).collect();
    Arc::new(FakeNames { first, ..FakeNames::default() })
}

fn client(hosts: &str, names: &Arc<FakeNames>) -> Client {
    Client::with_names(hosts.parse().unwrap(), names.clone())
}

async fn get(client: &Client, url: &str) -> Result<Answer, OutboundError> {
    client.send(Request::new(Method::Get, url)).await
}

async fn whole(answer: Answer) -> Result<Vec<u8>, OutboundError> {
    answer.body.map_ok(|bytes| bytes.to_vec()).try_concat().await
}

async fn refusal(client: &Client, url: &str) -> String {
    match get(client, url).await {
        Err(OutboundError::Refused(why)) => why,
        Err(other) => panic!("{url}: {other}"),
        Ok(answer) => panic!("{url}: {}", answer.status),
    }
}

#[tokio::test]
async fn a_listed_host_is_asked_where_its_name_leads_and_resolved_once() {
    let server = server("HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\nhello", None).await;
    let names = names(&[("files.test", &["127.0.0.1"])]);
    let client = client(&format!("loopback:http://files.test:{}", server.port), &names);
    let url = format!("http://files.test:{}/x?y=z", server.port);
    let request = Request { body: "body".into(), ..Request::new(Method::Post, &url) }.with("x-test", "1");
    let answer = client.send(request).await.unwrap();
    assert_eq!((answer.status, answer.headers["etag"].as_str()), (200, "\"a\""));
    assert_eq!(whole(answer).await.unwrap(), b"hello");
    let sent = &server.requests()[0];
    for part in ["POST /x?y=z HTTP/1.1\r\n", "x-test: 1\r\n", "user-agent: Cairn/", "content-length: 4\r\n"] {
        assert!(sent.contains(part), "{part} is not in {sent}");
    }
    assert!(!sent.contains("accept-encoding"), "{sent}");
    assert_eq!(names.asked.load(Ordering::Relaxed), 1);
    // Its name leads to nothing that it may be from now on.
    assert!(refusal_or_none(&client, &url).await);
}

/// Names without addresses lead nowhere.
async fn refusal_or_none(client: &Client, url: &str) -> bool {
    matches!(get(client, url).await, Err(OutboundError::Unreachable(why)) if why.contains("has no address"))
}

#[tokio::test]
async fn a_name_that_leads_to_one_wrong_address_is_not_asked_at_all() {
    let server = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", None).await;
    let port = server.port;
    let names = names(&[
        ("mixed.test", &["1.1.1.1", "127.0.0.1"]),
        ("metadata.test", &["169.254.169.254"]),
        ("mapped.test", &["::ffff:127.0.0.1"]),
        ("private.test", &["10.1.2.3"]),
        ("local.test", &["::1"]),
    ]);
    for host in ["mixed.test", "metadata.test", "mapped.test", "private.test", "local.test"] {
        names.asked.store(0, Ordering::Relaxed);
        let client = client(&format!("http://{host}:{port}"), &names);
        let why = refusal(&client, &format!("http://{host}:{port}/")).await;
        assert!(why.ends_with("which is not public"), "{why}");
    }
    names.asked.store(0, Ordering::Relaxed);
    let client = client(&format!("loopback:http://mapped.test:{port}"), &names);
    refusal(&client, &format!("http://mapped.test:{port}/")).await;
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn addresses_in_place_of_names_are_checked_likewise() {
    let server = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", None).await;
    let port = server.port;
    let list = format!(
        "http://127.0.0.1:{port},http://[::1],http://169.254.169.254,http://[::ffff:127.0.0.1]:{port},private:http://10.0.0.1"
    );
    let client = client(&list, &names(&[]));
    for host in [
        format!("127.0.0.1:{port}"),
        format!("2130706433:{port}"),
        format!("0x7f.1:{port}"),
        "[::1]".into(),
        "169.254.169.254".into(),
        format!("[::ffff:127.0.0.1]:{port}"),
    ] {
        let why = refusal(&client, &format!("http://{host}/")).await;
        assert!(why.contains("which is not public"), "{host}: {why}");
    }
    for unlisted in
        ["http://10.0.0.2/", "https://127.0.0.1/", "http://user@10.0.0.1/", "gopher://10.0.0.1/", "nonsense"]
    {
        refusal(&client, unlisted).await;
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn an_answer_that_leads_elsewhere_is_the_answer() {
    let other = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", None).await;
    let leads = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{}/\r\nContent-Length: 0\r\n\r\n",
        other.port
    );
    let server = server(&leads, None).await;
    let list = format!("loopback:http://127.0.0.1:{},loopback:http://127.0.0.1:{}", server.port, other.port);
    let client = client(&list, &names(&[]));
    let answer = get(&client, &format!("http://127.0.0.1:{}/", server.port)).await.unwrap();
    assert_eq!(answer.status, 302);
    assert!(answer.headers["location"].ends_with(&format!(":{}/", other.port)));
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn a_body_without_end_is_given_up() {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = [b"4000\r\n".as_slice(), &vec![0x1f; 0x4000], b"\r\n"].concat();
    let server = server(head, Some((chunk, Duration::ZERO))).await;
    let client = client(&format!("loopback:http://127.0.0.1:{}", server.port), &names(&[]));
    let url = format!("http://127.0.0.1:{}/", server.port);
    let request = Request { most: 100_000, ..Request::new(Method::Get, &url) };
    let mut body = client.send(request).await.unwrap().body;
    let mut read = 0;
    let ended = loop {
        match body.try_next().await {
            Ok(Some(chunk)) => read += chunk.len(),
            other => break other,
        }
    };
    assert!(matches!(ended, Err(OutboundError::TooLarge(100_000))), "{ended:?}");
    assert!(read <= 100_000 && read > 50_000, "{read}");
}

#[tokio::test]
async fn who_is_slow_is_given_up_in_time() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    let slow = server(head, Some((b"x".to_vec(), Duration::from_millis(50)))).await;
    let silent = server("", Some((Vec::new(), Duration::from_mins(1)))).await;
    let began = Instant::now();
    for server in [&slow, &silent] {
        let client = client(&format!("loopback:http://127.0.0.1:{}", server.port), &names(&[]));
        let url = format!("http://127.0.0.1:{}/", server.port);
        let request = Request { within: Duration::from_millis(300), ..Request::new(Method::Get, url) };
        let ended = match client.send(request).await {
            Ok(answer) => whole(answer).await,
            Err(error) => Err(error),
        };
        assert!(
            matches!(&ended, Err(OutboundError::Unreachable(why)) if why.contains("too long")),
            "{ended:?}"
        );
    }
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_failure_says_why_and_never_where() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let client = client(&format!("loopback:http://127.0.0.1:{port},gone.test"), &names(&[]));
    let Err(error) = get(&client, &format!("http://127.0.0.1:{port}/?token=secret")).await else { panic!() };
    assert!(!error.to_string().contains("secret"), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
    let Err(error) = get(&client, "https://gone.test/").await else { panic!() };
    assert_eq!(error.to_string(), "it does not answer: `gone.test` is not known: no such name");
}

#[tokio::test]
async fn https_is_not_taken_for_granted() {
    let server = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", None).await;
    let client = client(&format!("loopback:127.0.0.1:{}", server.port), &names(&[]));
    refusal(&client, &format!("http://127.0.0.1:{}/", server.port)).await;
    assert_eq!(server.requests().len(), 0);
    let answered = get(&client, &format!("https://127.0.0.1:{}/", server.port)).await;
    assert!(matches!(answered, Err(OutboundError::Unreachable(_))));
}
