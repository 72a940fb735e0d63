//! What is sent to deceive, to run, or to cost more than it should: refused, or of no effect, and nothing is left of it.

use std::io::{Cursor, Write as _};

use cairn_ports::objects::{Expected, Shown};
use http::Method;
use serde_json::{Value, json};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{keys, with_files};
use crate::support::{Answer, Site, User, files};

/// The smallest part of a file in parts that goes to a signed address.
const PART: usize = 5 * 1024 * 1024;

#[tokio::test]
async fn names_that_deceive_are_refused_and_leave_nothing() {
    let (site, ada, list) = with_files().await;
    let long = "n".repeat(4_096);
    let names = [
        "..",
        "../../etc/passwd",
        "a/../b",
        "a\\..\\b",
        "/etc/passwd",
        "a//b",
        "nul\0.txt",
        "a\r\nSet-Cookie: x=1",
        "line\n.txt",
        "\u{202e}gpj.exe",
        "a\u{2066}b",
        &long,
    ];
    for name in names {
        let body = json!([{"key": "good.txt", "size": 20_000_000}, {"key": name, "size": 20_000_000}]);
        let refused = ada.post(&list, body).await.expect(400);
        assert!(matches!(&refused.errors()[..], [one] if one.starts_with("1.key: ")), "{}", refused.text());
        let file = format!("{list}/{}", files::encoded(name));
        let answers = [
            ada.get(&file).await,
            files::sender(&ada).put(format!("{file}/content"), "bytes").await,
            ada.post(format!("{file}/commit"), ()).await,
            ada.delete(&file).await,
        ];
        for answer in answers {
            assert!([400, 404].contains(&answer.status), "{} {}", answer.status, answer.request);
        }
    }
    assert!(keys(&ada.get(&list).await.json()).is_empty());
    let objects = site.system.shared.ports.objects.home().unwrap().list("files/", None).await.unwrap();
    assert_eq!(objects.objects, []);
    let all = json!([{"key": "a", "size": 20_000_000}, {"key": "b", "size": 20_000_000}]);
    ada.post(&list, all).await.expect(201);
}

/// Names and beginnings of files that browsers would run, style or open, if they were told so.
const ACTIVE: [(&str, &[u8]); 14] = [
    ("page.html", b"<script>alert(1)</script>"),
    ("page.HTM", b"<script>alert(1)</script>"),
    ("page.xhtml", b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>"),
    ("page.shtml", b"<script>alert(1)</script>"),
    ("image.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("image.svgz", b"\x1f\x8b"),
    ("style.xsl", b"<?xml version='1.0'?>"),
    ("paper.pdf", b"%PDF-1.4 <script>alert(1)</script>"),
    ("page.mhtml", b"MIME-Version: 1.0\r\n"),
    ("code.js", b"alert(1)"),
    ("film.swf", b"CWS"),
    ("README", b"<!doctype html><script>alert(1)</script>"),
    ("no extension", b"<!doctype html><script>alert(1)</script>"),
    ("both.gif", b"GIF89a/*<script>*/=1;alert(1)//</script>"),
];

/// It is one of the types that no browser runs, or not shown at all.
fn assert_harmless(answer: &Answer) {
    let (media, disposition) = (answer.header("content-type"), answer.header("content-disposition"));
    let shown = ["text/plain; charset=utf-8", "image/gif"].contains(&media) && disposition == "inline";
    let saved = disposition.starts_with("attachment") && media == "application/octet-stream";
    assert!(shown || saved, "{}: {media}, {disposition}", answer.request);
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{}", answer.request);
    assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{}", answer.request);
}

fn archive(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn nothing_that_was_sent_runs_in_a_browser() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let zip = archive(&ACTIVE, CompressionMethod::Stored);
    let sent: Vec<(&str, &[u8])> = ACTIVE.into_iter().chain([("all.zip", zip.as_slice())]).collect();
    let id = files::record(&site, &ada, &sent).await;
    for (name, bytes) in ACTIVE {
        let content = format!("/api/records/{id}/files/{}/content", files::encoded(name));
        let inner = format!("/api/records/{id}/files/all.zip/container/{}", files::encoded(name));
        for path in [&content, &inner] {
            let answer = site.nobody().with("accept", "text/html").get(path).await.expect(200);
            assert_eq!(answer.body, bytes, "{path}");
            assert_harmless(&answer);
        }
        assert_harmless(&site.nobody().head(&content).await.expect(200));
        let ranged = site.nobody().with("range", "bytes=1-").get(&content).await.expect(206);
        assert_harmless(&ranged);
        let saved = site.nobody().get(format!("{content}?download=1")).await.expect(200);
        assert!(saved.header("content-disposition").starts_with("attachment"), "{name}");
    }
}

#[tokio::test]
async fn large_pages_do_not_run_either_and_their_address_cannot_be_changed() {
    let (site, ada, list) = with_files().await;
    let page = [b"<script>alert(1)</script>".as_slice(), &vec![b' '; 5_000_000]].concat();
    files::send(&ada, &list, "large.html", &page).await;
    let answer = ada.get(format!("{list}/large.html/content")).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert!(answer.body == page);
    let objects = site.system.shared.ports.objects.home().unwrap();
    let place = objects.list("files/", None).await.unwrap().objects.remove(0).place;
    let shown = Shown { media_type: "text/plain".into(), disposition: "inline".into() };
    let address = objects.sign_get(&place, &shown).await.unwrap();
    assert_eq!(files::signed(&site, Method::GET, &address, Vec::new()).await, 200);
    assert!(address.contains("text%2Fplain"), "{address}");
    let changed = address.replace("text%2Fplain", "text%2Fhtml");
    assert_eq!(files::signed(&site, Method::GET, &changed, Vec::new()).await, 403);
}

#[tokio::test]
async fn archives_that_explode_are_refused_where_they_would() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let zeros = vec![0; 2_000_000];
    let deflated = CompressionMethod::Deflated;
    let bomb = archive(&[("zeros", &zeros), ("small", b"small")], deflated);
    assert!(bomb.len() < 20_000);
    // As 42.zip: archives in archives. Only the outer one is ever opened.
    let inner = archive(&[("zeros", &zeros)], deflated);
    let nested = archive(&[("1.zip", &inner), ("2.zip", &inner)], CompressionMethod::Stored);
    let mut overlapping = archive(&[("aa", b"first"), ("bb", b"second")], CompressionMethod::Stored);
    let second = overlapping.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    overlapping[second + 42..second + 46].copy_from_slice(&[0; 4]);
    let id = files::record(
        &site,
        &ada,
        &[
            ("bomb.zip", &bomb),
            ("nested.zip", &nested),
            ("overlapping.zip", &overlapping),
            ("many.zip", &empty_records(50_000)),
        ],
    )
    .await;
    let container = |path: &str| {
        let (site, path) = (&site, format!("/api/records/{id}/files/{path}"));
        async move { site.nobody().get(path).await }
    };
    let listed = container("bomb.zip/container").await.expect(200).json();
    assert_eq!(listed["entries"][0]["size"], 2_000_000);
    let refused = container("bomb.zip/container/zeros").await.expect(400).text();
    assert!(refused.contains("more than 200 times larger than compressed"), "{refused}");
    assert_eq!(container("bomb.zip/container/small").await.expect(200).body, b"small");
    assert!(container("nested.zip/container/1.zip").await.expect(200).body == inner);
    container("nested.zip/container/1.zip/zeros").await.expect(404);
    for member in ["aa", "bb"] {
        let refused = container(&format!("overlapping.zip/container/{member}")).await.expect(400).text();
        assert!(refused.contains("its entries overlap"), "{refused}");
    }
    let many = container("many.zip/container").await.expect(200).json();
    assert_eq!(
        (many["entries"].as_array().unwrap().len(), &many["truncated"]),
        (1_000, &json!(true)),
        "a list ends"
    );
}

/// An archive that is nothing but a directory: so many entries without a file, all of one name.
fn empty_records(count: usize) -> Vec<u8> {
    let mut record = [b"PK\x01\x02".as_slice(), &[0; 42], b"x"].concat();
    record[28] = 1;
    let mut bytes = record.repeat(count);
    let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    bytes.extend_from_slice(&[b"PK\x05\x06".as_slice(), &[0; 4], &[0xFF; 4], &length, &[0; 6]].concat());
    bytes
}

/// What answers the file now, and what it was when it was committed.
async fn assert_is(ada: &User, list: &str, key: &str, bytes: &[u8]) {
    let answer = ada.get(format!("{list}/{key}/content")).await.expect(200);
    assert!(answer.body == bytes, "{key} has changed");
}

#[tokio::test]
async fn an_address_that_was_signed_before_the_commit_changes_nothing_after_it() {
    let (site, ada, list) = with_files().await;
    let entry = files::send(&ada, &list, "a.txt", b"right").await;
    site.settle().await;
    let objects = site.system.shared.ports.objects.home().unwrap().clone();
    let key = objects.list("files/", None).await.unwrap().objects.remove(0).place.key;
    let address = objects.sign_put(&key, &Expected { size: Some(5), md5: None }).await.unwrap();
    assert_eq!(files::signed(&site, Method::PUT, &address, b"wrong".to_vec()).await, 200);
    assert_eq!(
        objects.list("files/", None).await.unwrap().objects.len(),
        2,
        "it was taken, beside the other"
    );
    assert_is(&ada, &list, "a.txt", b"right").await;
    let again = ada.post(format!("{list}/a.txt/commit"), ()).await.expect(200).json();
    assert_eq!((&again["checksum"], &again["version_id"]), (&entry["checksum"], &entry["version_id"]));
    ada.post(list.replace("/files", "/actions/publish"), ()).await.expect(202);
    assert_eq!(files::signed(&site, Method::PUT, &address, b"wrong".to_vec()).await, 200);
    site.settle().await;
    assert_is(&site.nobody(), &list.replace("/draft", ""), "a.txt", b"right").await;
    site.clock.advance(2 * 24 * 3_600);
    crate::jobs::done(&site, "sweep_files", json!({})).await;
    assert_eq!(objects.list("files/", None).await.unwrap().objects.len(), 1, "what came later was removed");
    assert_is(&site.nobody(), &list.replace("/draft", ""), "a.txt", b"right").await;
}

#[tokio::test]
async fn an_address_is_good_for_one_part_of_one_file_of_one_size() {
    let (site, ada, list) = with_files().await;
    let size = 2 * PART;
    let parts = json!({"type": "M", "parts": 2, "part_size": PART});
    let body =
        json!([{"key": "a", "size": size, "transfer": parts}, {"key": "b", "size": size, "transfer": parts}]);
    let started = ada.post(&list, body).await.expect(201).json();
    let address = |at: usize| started["entries"][at]["links"]["parts"][0]["url"].as_str().unwrap().to_owned();
    let (one, other) = (address(0), address(1));
    let path = |url: &str| url.split('?').next().unwrap().to_owned();
    let bytes = || vec![1; PART];
    for (method, address, bytes) in [
        (Method::PUT, one.replace(&path(&one), &path(&other)), bytes()),
        (Method::PUT, one.replace("partNumber=1", "partNumber=2"), bytes()),
        (Method::PUT, path(&one), bytes()),
        (Method::PUT, one.clone(), vec![1; PART - 1]),
        (Method::PUT, one.clone(), vec![1; PART + 1]),
        (Method::GET, one.clone(), Vec::new()),
        (Method::DELETE, one.clone(), Vec::new()),
        (Method::POST, one.clone(), bytes()),
    ] {
        assert_ne!(address, other, "nothing was changed");
        let status = files::signed(&site, method.clone(), &address, bytes).await;
        assert!(status.is_client_error(), "{method} {address}: {status}");
    }
    let told = |key: &str| ada.get(format!("{list}/{key}"));
    for key in ["a", "b"] {
        assert_eq!(told(key).await.json()["transfer"]["arrived"], json!([]), "{key}");
    }
    assert_eq!(files::signed(&site, Method::PUT, &one, bytes()).await, 200);
    assert_eq!(told("a").await.json()["transfer"]["arrived"], json!(["1"]));
    ada.delete(format!("{list}/a")).await.expect(204);
    assert!(files::signed(&site, Method::PUT, &one, bytes()).await.is_client_error(), "the file was deleted");
}

/// Sends a file without saying how large it is; tells whether it was committed.
async fn fill(ada: User, list: String, at: usize) -> bool {
    let (key, bytes) = (format!("sent{at}"), vec![0; 3_000_000]);
    if ada.post(&list, json!([{"key": key}])).await.status != 201 {
        return false;
    }
    let sent = files::sender(&ada).put(format!("{list}/{key}/content"), bytes).await;
    let committed = ada.post(format!("{list}/{key}/commit"), ()).await;
    for answer in [&sent, &committed] {
        assert!([200, 400, 409].contains(&answer.status), "{} {}", answer.status, answer.text());
    }
    committed.status == 200
}

#[tokio::test]
async fn a_quota_is_never_passed_and_what_was_abandoned_is_given_back() {
    let (site, ada, list) = with_files().await;
    let answers = files::at_once(16, |at| {
        let (ada, list) = (ada.clone(), list.clone());
        async move {
            if at % 2 == 0 {
                return fill(ada, list, at).await;
            }
            let body = json!([{"key": format!("left{at}"), "size": 7_000_000}]);
            ada.post(list, body).await.status == 201
        }
    })
    .await;
    let count = |parity: usize| answers.iter().skip(parity).step_by(2).filter(|done| **done).count();
    let (sent, reserved) = (count(0), count(1));
    assert!(
        reserved > 0 && sent * 3 + reserved * 7 <= 40,
        "{sent} files of 3 MB, {reserved} of 7 MB in 40 MB"
    );
    site.settle().await;
    site.clock.advance(8 * 24 * 3_600);
    crate::jobs::done(&site, "sweep_files", json!({})).await;
    let entries: Value = ada.get(&list).await.json();
    assert!(keys(&entries).iter().all(|key| key.starts_with("sent")), "{:?}", keys(&entries));
    assert_eq!(keys(&entries).len(), sent);
    let rest = 40_000_000 - 3_000_000 * sent;
    let (first, second) = (rest / 2, rest - rest / 2);
    let too_much = json!([{"key": "a", "size": first}, {"key": "b", "size": second + 1}]);
    ada.post(&list, too_much).await.expect(400);
    ada.post(&list, json!([{"key": "a", "size": first}, {"key": "b", "size": second}])).await.expect(201);
}
