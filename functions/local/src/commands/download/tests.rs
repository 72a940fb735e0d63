//! The download against a small repository: plain, interrupted, damaged, refused.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use super::{Download, Patience};
use crate::commands::Ending;
use crate::commands::console::Console;
use crate::commands::fake::{Asked, Fake, Reply};
use crate::commands::options::{Access, TokenOption};
use crate::commands::transfer::site::{Site, Stored, md5};

const BRISK: Patience = Patience { busy: 12, broken: 3, unreachable: 12, first: Duration::from_millis(1) };

struct Done {
    out: String,
    files: Vec<Value>,
    ending: anyhow::Result<Ending>,
}

impl Done {
    fn count(&self) -> [u64; 3] {
        let counts: Value = serde_json::from_str(&self.out).unwrap();
        ["downloaded", "already_there", "failed"].map(|name| counts[name].as_u64().unwrap())
    }

    fn reason(&self) -> &str {
        self.files[0]["reason"].as_str().unwrap()
    }
}

fn download(api: &Fake, output: &Path, keys: &[&str], change: impl FnOnce(&mut Download)) -> Done {
    let mut download = Download {
        record: "abcde-12345".into(),
        keys: keys.iter().map(ToString::to_string).collect(),
        all: keys.is_empty(),
        output: output.to_owned(),
        draft: false,
        parallel: 4,
        replace: false,
        token: TokenOption::default(),
    };
    change(&mut download);
    let access = Access { site: api.url().parse().unwrap(), token: None };
    let (mut console, out, err) = Console::captured(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stop = std::future::pending();
    let ending = runtime.block_on(download.run_until(stop, BRISK, &access, &mut console));
    let files = err.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    Done { out: out.text(), files, ending }
}

fn quiet(_: &Asked) -> Option<Reply> {
    None
}

fn site() -> (Site, TempDir) {
    let site = Site::start(quiet);
    for (key, content) in [("a.txt", "abc"), ("d/b.txt", "bcd"), ("d/é b", "é"), ("empty", ""), ("z", "z")]
    {
        site.put(key, content);
    }
    (site, tempdir().unwrap())
}

#[test]
fn all_files_come_with_their_folders_and_a_second_run_fetches_nothing() {
    let (site, folder) = site();
    let done = download(&site.api, folder.path(), &[], |_| ());
    assert_eq!(done.count(), [5, 0, 0], "{:?}", done.files);
    assert_eq!(fs::read_to_string(folder.path().join("d/é b")).unwrap(), "é");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "no parts are left");
    let done = download(&site.api, folder.path(), &[], |_| ());
    assert_eq!(done.count(), [0, 5, 0]);
    let contents = site.asked("GET").into_iter().filter(|path| path.ends_with("/content"));
    assert_eq!(contents.count(), 5);
}

#[test]
fn single_files_are_named_and_a_missing_one_is_told() {
    let (site, folder) = site();
    let done = download(&site.api, folder.path(), &["z", "nope", "d/b.txt", "z"], |_| ());
    assert_eq!(done.count(), [2, 0, 1]);
    assert_eq!(done.ending.as_ref().unwrap(), &Ending::SomeFailed);
    assert_eq!(done.files[0]["key"], "nope");
    assert!(done.reason().contains("cairn download abcde-12345"));
}

#[test]
fn a_download_goes_on_where_it_stopped() {
    let (site, folder) = site();
    fs::write(folder.path().join("a.txt.part"), "ab").unwrap();
    let done = download(&site.api, folder.path(), &["a.txt"], |_| ());
    assert_eq!(done.count(), [1, 0, 0], "{:?}", done.files);
    let asked = site.api.requests().pop().unwrap();
    assert_eq!(
        (asked.header("range"), asked.header("if-range")),
        ("bytes=2-", &*format!("\"md5:{}\"", md5(b"abc")))
    );
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).unwrap(), "abc");
    // All of it was there: nothing is asked.
    fs::rename(folder.path().join("a.txt"), folder.path().join("a.txt.part")).unwrap();
    let before = site.api.requests().len();
    assert_eq!(download(&site.api, folder.path(), &["a.txt"], |_| ()).count(), [1, 0, 0]);
    assert_eq!(site.api.requests().len(), before + 1);
}

#[test]
fn a_beginning_of_another_file_is_thrown_away() {
    for begun in ["xx", "xxx", "xxxxx"] {
        let (site, folder) = site();
        fs::write(folder.path().join("a.txt.part"), begun).unwrap();
        let done = download(&site.api, folder.path(), &["a.txt"], |_| ());
        assert_eq!(done.count(), [1, 0, 0], "{begun} {:?}", done.files);
        assert_eq!(fs::read_to_string(folder.path().join("a.txt")).unwrap(), "abc");
    }
}

#[test]
fn a_wrong_checksum_is_told_and_nothing_is_kept() {
    let (site, folder) = site();
    let wrong = Some(format!("md5:{}", md5(b"other")));
    site.state().files.get_mut("a.txt").unwrap().checksum = wrong;
    let done = download(&site.api, folder.path(), &["a.txt", "z"], |_| ());
    assert_eq!(done.count(), [1, 0, 1]);
    let told = done.files.iter().find(|file| file["key"] == "a.txt").unwrap();
    assert!(told["reason"].as_str().unwrap().contains(&md5(b"abc")), "{told}");
    assert!(!folder.path().join("a.txt").exists() && !folder.path().join("a.txt.part").exists());
}

#[test]
fn what_lies_there_is_not_overwritten_unasked() {
    let (site, folder) = site();
    fs::write(folder.path().join("a.txt"), "mine").unwrap();
    let done = download(&site.api, folder.path(), &["a.txt"], |_| ());
    assert!(done.count() == [0, 0, 1] && done.reason().contains("--replace"));
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).unwrap(), "mine");
    let done = download(&site.api, folder.path(), &["a.txt"], |download| download.replace = true);
    assert_eq!(done.count(), [1, 0, 0]);
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).unwrap(), "abc");
}

#[test]
fn names_never_lead_outside_the_folder() {
    let entry = |key: &str| {
        json!({"key": key, "status": "completed", "size": 1, "checksum": null,
        "links": {"self": "/api/x", "content": "/api/x/content"}})
    };
    let keys = ["../evil", "/tmp/evil", "a/../../evil", "..\\evil", "fine"];
    let entries: Vec<_> = keys.iter().map(|key| entry(key)).collect();
    let fake = Fake::start(move |asked| {
        if asked.path.ends_with("/content") {
            return Reply::json(200, &json!(1));
        }
        Reply::json(200, &json!({"enabled": true, "entries": entries, "links": {}}))
    });
    let folder = tempdir().unwrap();
    let output = folder.path().join("out");
    let done = download(&fake, &output, &[], |_| ());
    assert_eq!(done.count(), [1, 0, 4], "{:?}", done.files);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(fs::read_dir(&output).unwrap().count(), 1);
}

#[test]
fn a_file_may_be_named_as_another_while_that_is_incomplete() {
    let (site, folder) = site();
    site.put("a.txt.part", "a file of its own");
    let done = download(&site.api, folder.path(), &[], |_| ());
    assert_eq!(done.count(), [6, 0, 0], "{:?}", done.files);
    assert_eq!(fs::read_to_string(folder.path().join("a.txt.part")).unwrap(), "a file of its own");
}

#[test]
fn the_storage_is_asked_for_the_rest_and_never_sees_the_token() {
    let storage = Fake::start(|asked| {
        assert_eq!((asked.header("authorization"), asked.header("if-range")), ("", ""));
        if asked.path.ends_with("=0") {
            return Reply::json(403, &Value::Null);
        }
        assert_eq!(asked.header("range"), "bytes=1-");
        let mut reply = Reply::json(206, &Value::Null).with("content-range", "bytes 1-2/3");
        reply.body = "bc".into();
        reply
    });
    let (address, signatures) = (storage.url().to_owned(), AtomicUsize::new(0));
    let site = Site::start(move |asked| {
        asked.path.ends_with("/content").then(|| {
            let signature = signatures.fetch_add(1, Ordering::SeqCst);
            let tag = format!("\"md5:{}\"", md5(b"abc"));
            let address = format!("{address}/object?signature={signature}");
            Reply::json(302, &Value::Null).with("location", &address).with("etag", &tag)
        })
    });
    site.put("a.txt", "abc");
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.txt.part"), "a").unwrap();
    let done = download(&site.api, folder.path(), &[], |_| ());
    assert_eq!(done.count(), [1, 0, 0], "{:?}", done.files);
    assert_eq!(storage.requests().len(), 2, "the first address had ended");
}

#[test]
fn a_connection_that_breaks_off_is_gone_on_with() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/a", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut ranges = Vec::new();
        for (head, body) in [
            ("200 OK\r\ncontent-length: 3", "a"),
            ("206 Partial Content\r\ncontent-range: bytes 1-2/3\r\ncontent-length: 2", "bc"),
        ] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = vec![0; 4096];
            let count = stream.read(&mut asked).unwrap();
            let asked = String::from_utf8_lossy(&asked[..count]).to_lowercase();
            ranges.push(asked.lines().find(|line| line.starts_with("range:")).map(str::to_owned));
            write!(stream, "HTTP/1.1 {head}\r\nconnection: close\r\n\r\n{body}").unwrap();
        }
        ranges
    });
    let site = Site::start(move |asked| {
        let is_content = asked.path.ends_with("/content");
        is_content.then(|| Reply::json(302, &Value::Null).with("location", &address))
    });
    site.put("a.txt", "abc");
    let folder = tempdir().unwrap();
    let done = download(&site.api, folder.path(), &[], |_| ());
    assert_eq!(done.count(), [1, 0, 0], "{:?}", done.files);
    assert_eq!(server.join().unwrap(), [None, Some("range: bytes=1-".to_owned())]);
}

#[test]
fn what_breaks_is_asked_for_again_and_what_is_refused_is_told() {
    let asked = AtomicUsize::new(0);
    let site = Site::start(move |request| {
        if request.path.ends_with("secret/content") {
            return Some(Reply::json(403, &json!({"message": "Permission denied."})));
        }
        match asked.fetch_add(1, Ordering::SeqCst) % 4 {
            1 => Some(Reply::json(503, &json!({})).with("retry-after", "0")),
            2 => Some(Reply::hang_up()),
            _ => None,
        }
    });
    for key in ["a", "b", "secret"] {
        site.put(key, key);
    }
    site.state().files.insert("begun".into(), Stored { size: Some(1), ..Stored::default() });
    let folder = tempdir().unwrap();
    let done = download(&site.api, folder.path(), &[], |download| download.parallel = 1);
    assert_eq!(done.count(), [2, 0, 2], "{:?}", done.files);
    assert!(done.files.iter().any(|file| file["reason"] == "its upload has not ended"));
}

#[test]
fn without_names_the_files_are_listed() {
    let (site, folder) = site();
    let folder = folder.path().display().to_string();
    let run = site.api.cairn(&["download", "abcde-12345", "-o", &folder]);
    let listed = run.out.text();
    let row = format!("a.txt    3 B   completed  {}", md5(b"abc"));
    assert_eq!(listed.lines().nth(1), Some(&*row), "{listed}");
    assert!(listed.contains("5 files, 9 B. To fetch them: cairn download abcde-12345 --all"), "{listed}");
    let json = site.api.cairn(&["--json", "download", "abcde-12345", "--draft"]).out.json();
    assert_eq!((json["files"].as_array().unwrap().len(), &json["bytes"]), (5, &json!(9)));
    assert!(site.asked("GET").contains(&"/api/records/abcde-12345/draft/files".to_owned()));
    let gone = site.api.cairn(&["download", "zzzzz-99999", "--all"]).failure();
    assert!(gone.contains("does not exist"), "{gone}");
}
