//! Content: sent and fetched, whole and in ranges, never run.

use serde_json::json;

use super::with_files;
use crate::support::{Site, files};

#[tokio::test]
async fn every_name_comes_back() {
    let (site, ada, list) = with_files().await;
    let long = format!("{}.txt", "n".repeat(200));
    let names = [
        "sp ace.txt",
        "100%.txt",
        "a+b&c=d;e.txt",
        "q?#[]{}|.txt",
        "dir/sub/ü ñ.txt",
        "データ.csv",
        "it's \"so\".txt",
        &long,
    ];
    for name in names {
        let entry = files::send(&ada, &list, name, name.as_bytes()).await;
        assert_eq!(entry["key"], name);
        let content = ada.get(&entry["links"]["content"]).await.expect(200);
        assert_eq!(content.body, name.as_bytes(), "{name}");
        assert_eq!(ada.get(&entry["links"]["self"]).await.expect(200).json()["key"], name);
    }
    site.settle().await;
    ada.post(list.replace("/files", "/actions/publish"), ()).await.expect(202);
    let record = ada.get(list.replace("/draft/files", "")).await.expect(200).json();
    for name in names {
        let content = &record["files"]["entries"][name]["links"]["content"];
        assert_eq!(site.nobody().get(content).await.expect(200).body, name.as_bytes(), "{name}");
    }
}

#[tokio::test]
async fn headers_tell_what_content_is() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = files::record(
        &site,
        &ada,
        &[("a.txt", b"alpha file\n"), ("x.html", b"<script>"), ("p.pdf", b"%PDF"), ("i.svg", b"<svg/>")],
    )
    .await;
    let file = |key: &str| format!("/api/records/{id}/files/{key}/content");
    let text = site.nobody().get(file("a.txt")).await.expect(200);
    for (name, value) in [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-disposition", "inline"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-cache"),
        ("accept-ranges", "bytes"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'self'"),
    ] {
        assert_eq!(text.header(name), value, "{name}");
    }
    let md5 = text.header("content-md5").to_owned();
    assert_eq!(text.header("etag"), format!("\"md5:{md5}\""));
    for (key, media, disposition) in [
        ("x.html", "text/plain; charset=utf-8", "inline"),
        ("i.svg", "text/plain; charset=utf-8", "inline"),
        ("p.pdf", "application/octet-stream", "attachment; filename=p.pdf"),
    ] {
        let answer = site.nobody().get(file(key)).await.expect(200);
        assert_eq!(
            (answer.header("content-type"), answer.header("content-disposition")),
            (media, disposition)
        );
    }
    let head = site.nobody().head(file("a.txt")).await.expect(200);
    assert_eq!((head.header("content-length"), head.header("etag")), ("11", text.header("etag")));
    let saved = site.nobody().get(format!("{}?download=1", file("a.txt"))).await.expect(200);
    assert_eq!(saved.header("content-disposition"), "attachment; filename=a.txt");
    let same = site.nobody().with("if-none-match", text.header("etag")).get(file("a.txt")).await.expect(304);
    assert!(same.body.is_empty());
    let some = site.nobody().with("range", "bytes=0-1").with("if-range", text.header("last-modified"));
    some.get(file("a.txt")).await.expect(206);
    site.nobody().get(file("zzz")).await.expect(404);
}

#[tokio::test]
async fn ranges_are_served_from_small_and_large_files_alike() {
    let (site, ada, list) = with_files().await;
    let large: Vec<u8> = (0..6_000_000_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
    for (key, bytes) in [("small.bin", &large[..1_000]), ("large.bin", &large[..])] {
        files::send(&ada, &list, key, bytes).await;
        let content = format!("{list}/{key}/content");
        let whole = ada.get(&content).await.expect(200);
        assert!(whole.body == bytes, "{key}");
        assert_eq!(whole.header("content-disposition"), format!("attachment; filename={key}"));
        let tag = whole.header("etag").to_owned();
        let size = bytes.len();
        let of = |from: usize, to: usize| {
            (206, bytes[from..to].to_vec(), format!("bytes {from}-{}/{size}", to - 1))
        };
        for (range, expected) in
            [("bytes=0-9", of(0, 10)), ("bytes=-5", of(size - 5, size)), ("bytes=990-", of(990, size))]
        {
            let part = ada.with("range", range).get(&content).await;
            let got = (part.status, part.body.clone(), part.header("content-range").to_owned());
            assert!(got == expected, "{key} {range}: {} {}", got.0, got.2);
            assert_eq!(part.header("etag"), tag);
        }
        ada.with("range", "bytes=99999999-").get(&content).await.expect(416);
        let stale =
            ada.with("range", "bytes=0-9").with("if-range", "\"old\"").get(&content).await.expect(200);
        assert_eq!(stale.body.len(), size);
        let current = ada.with("range", "bytes=0-9").with("if-range", &tag).get(&content).await.expect(206);
        assert_eq!(current.body.len(), 10);
        ada.with("if-none-match", &tag).get(&content).await.expect(304);
        let modified = current.header("last-modified");
        ada.with("if-modified-since", modified).get(&content).await.expect(304);
        ada.with("if-modified-since", modified)
            .with("if-none-match", "\"old\"")
            .get(&content)
            .await
            .expect(200);
        for since in ["Sat, 01 Jan 2000 00:00:00 GMT", "long ago"] {
            ada.with("if-modified-since", since).get(&content).await.expect(200);
            ada.with("range", "bytes=0-9").with("if-range", since).get(&content).await.expect(200);
        }
        assert_eq!(ada.head(&content).await.expect(200).header("content-length"), size.to_string());
    }
    for user in [site.nobody(), site.user("eve").await] {
        user.get(format!("{list}/large.bin/content")).await.expect(403);
    }
}

#[tokio::test]
async fn downloads_of_records_are_counted_and_those_of_drafts_are_not() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = files::record(&site, &ada, &[("a.txt", b"0123456789")]).await;
    let content = format!("/api/records/{id}/files/a.txt/content");
    let counted = async || {
        let changes = site.system.shared.ports.store.changes(None, 100).await.unwrap();
        let count = changes.rows.iter().filter(|row| row.event.kind == "file.downloaded").count();
        site.settle().await;
        count
    };
    site.nobody().get(&content).await.expect(200);
    site.nobody().with("range", "bytes=0-1").get(&content).await.expect(206);
    assert_eq!(counted().await, 2);
    site.nobody().with("range", "bytes=5-").get(&content).await.expect(206);
    site.nobody().head(&content).await.expect(200);
    assert_eq!(counted().await, 0, "what goes on is no download, nor is a look");
}

#[tokio::test]
async fn only_octets_are_taken_and_held_back_bodies_are_the_gateways_word() {
    let (_site, ada, list) = with_files().await;
    ada.post(&list, json!([{"key": "a.txt"}])).await.expect(201);
    let content = format!("{list}/a.txt/content");
    let refused = ada.with("content-type", "text/plain").put(&content, "x").await.expect(415).json();
    assert_eq!(
        refused["message"],
        "Invalid 'Content-Type' header. Expected one of: application/octet-stream"
    );
    ada.with("content-type", "").put(&content, "of no type").await.expect(200);
    let sender = files::sender(&ada).with("x-cairn-held-back", "5");
    sender.put(&content, "whole").await.expect(200);
    ada.post(format!("{list}/a.txt/commit"), ()).await.expect(200);
    files::sender(&ada).put(format!("{list}/nope.txt/content"), "x").await.expect(404);
}

#[tokio::test]
async fn a_body_of_unknown_length_is_taken_as_it_comes() {
    let (site, ada, list) = with_files().await;
    ada.post(&list, json!([{"key": "a.bin"}])).await.expect(201);
    let content = vec![7_u8; 3_000_000];
    let token = ada.headers().into_iter().find(|(name, _)| name == "authorization").unwrap().1;
    let request = http::Request::put(format!("{list}/a.bin/content"))
        .header("host", "cairn.test")
        .header("content-type", "application/octet-stream")
        .header("authorization", token);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    assert!(site.gateway.sends_on(&parts));
    let answer = site.gateway.send_on(parts, http_body_util::Full::new(content.clone().into())).await;
    assert_eq!(answer.status(), 200);
    ada.post(format!("{list}/a.bin/commit"), ()).await.expect(200);
    assert!(ada.get(format!("{list}/a.bin/content")).await.expect(200).body == content);
}
