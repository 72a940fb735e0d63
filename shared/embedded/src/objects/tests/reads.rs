//! Objects on their way out, and what every answer carries.

use cairn_ports::Clock;
use http::Request;
use s3s::Body;

use super::{PRESIGNED, Stand, signed};

#[tokio::test]
async fn headers_come_back_as_they_were_put() {
    let stand = Stand::open();
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-disposition", "attachment; filename=\"a.html\""),
        ("content-language", "en"),
        ("content-encoding", "gzip"),
        ("cache-control", "no-store"),
        ("expires", "Fri, 20 Nov 2026 22:30:34 GMT"),
        ("x-amz-meta-note", "hello"),
    ];
    stand.call("PUT", "/site/a", &headers, b"<p>").await.ok();
    for got in [stand.get("a").await.ok(), stand.head("a").await.ok()] {
        for (name, value) in headers {
            assert_eq!(got.header(name), value, "{name}");
        }
        assert_eq!(got.header("content-length"), "3");
        assert_eq!(got.header("accept-ranges"), "bytes");
        assert_eq!(got.header("last-modified"), "Thu, 01 Jan 2026 00:00:00 GMT");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(got.header("access-control-allow-origin"), "*");
        assert!(got.header("access-control-expose-headers").contains("ETag"));
    }
    stand.put("b", b"x").await;
    assert_eq!(stand.get("b").await.header("content-type"), "binary/octet-stream");
}

#[tokio::test]
async fn the_client_can_ask_for_other_headers() {
    let stand = Stand::open();
    stand.put("a", b"x").await;
    let path = "/site/a?response-content-type=text%2Fplain&response-content-disposition=attachment%3B%20filename%3Db&response-cache-control=no-store";
    for method in ["GET", "HEAD"] {
        let got = stand.send(signed(PRESIGNED, method, path, &[], b"")).await.ok();
        assert_eq!(got.header("content-type"), "text/plain");
        assert_eq!(got.header("content-disposition"), "attachment; filename=b");
        assert_eq!(got.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn ranges_are_cut() {
    let stand = Stand::open();
    stand.put("a", b"0123456789").await;
    for (range, body, header) in [
        ("bytes=0-0", "0", "bytes 0-0/10"),
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=-30", "0123456789", "bytes 0-9/10"),
        ("bytes=5-99", "56789", "bytes 5-9/10"),
    ] {
        let got = stand.call("GET", "/site/a", &[("range", range)], b"").await;
        assert_eq!(
            (got.status.as_u16(), got.text(), got.header("content-range")),
            (206, body, header),
            "{range}"
        );
        assert_eq!(got.header("content-length"), body.len().to_string());
        let head = stand.call("HEAD", "/site/a", &[("range", range)], b"").await;
        assert_eq!((head.status.as_u16(), head.header("content-range")), (206, header));
    }
    let refused = stand.call("GET", "/site/a", &[("range", "bytes=10-")], b"").await;
    assert_eq!((refused.refused(), refused.header("content-range")), ((416, "InvalidRange"), "bytes */10"));
    stand.put("empty", b"").await;
    let refused = stand.call("GET", "/site/empty", &[("range", "bytes=-1")], b"").await;
    assert_eq!(refused.refused(), (416, "InvalidRange"));
}

#[tokio::test]
async fn ranges_that_cannot_be_read_are_no_ranges() {
    let stand = Stand::open();
    stand.put("a", b"0123456789").await;
    for range in ["bytes=0-1,3-4", "lines=0-1", "bytes=4-2"] {
        let mut request = signed(PRESIGNED, "GET", "/site/a", &[], b"");
        request.headers_mut().insert("range", range.parse().unwrap());
        let got = stand.send(request).await;
        assert_eq!((got.status.as_u16(), got.text()), (200, "0123456789"), "{range}");
    }
}

#[tokio::test]
async fn a_range_of_another_object_is_of_no_use() {
    let stand = Stand::open();
    let etag = stand.put("a", b"0123456789").await.header("etag").to_owned();
    for (known, status) in [(etag.as_str(), 206), ("\"other\"", 200), ("Thu, 01 Jan 2026 00:00:00 GMT", 206)]
    {
        let headers = [("range", "bytes=0-1"), ("if-range", known)];
        assert_eq!(stand.call("GET", "/site/a", &headers, b"").await.status.as_u16(), status, "{known}");
    }
}

#[tokio::test]
async fn reads_can_have_conditions() {
    let stand = Stand::open();
    let etag = stand.put("a", b"x").await.header("etag").to_owned();
    let (before, then) = ("Wed, 31 Dec 2025 23:59:59 GMT", "Thu, 01 Jan 2026 00:00:00 GMT");
    for (name, value, status) in [
        ("if-match", etag.as_str(), 200),
        ("if-match", "\"other\"", 412),
        ("if-none-match", etag.as_str(), 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", then, 304),
        ("if-modified-since", before, 200),
        ("if-unmodified-since", then, 200),
        ("if-unmodified-since", before, 412),
    ] {
        for method in ["GET", "HEAD"] {
            let got = stand.call(method, "/site/a", &[(name, value)], b"").await;
            assert_eq!(got.status.as_u16(), status, "{method} {name}: {value}");
            if status == 304 {
                assert_eq!((got.header("etag"), got.body.len()), (etag.as_str(), 0));
            }
        }
    }
    let both = [("if-none-match", "\"other\""), ("if-modified-since", then)];
    assert_eq!(stand.call("GET", "/site/a", &both, b"").await.status.as_u16(), 200);
}

#[tokio::test]
async fn checksums_are_told_if_asked_and_only_of_the_whole() {
    let stand = Stand::open();
    stand.put("a", b"hello").await;
    let mode = ("x-amz-checksum-mode", "ENABLED");
    for method in ["GET", "HEAD"] {
        let got = stand.call(method, "/site/a", &[mode], b"").await.ok();
        assert_eq!(got.header("x-amz-checksum-crc32"), "NhCmhg==");
        assert_eq!(got.header("x-amz-checksum-crc64nvme"), "M3eFcAZSQlc=");
        assert_eq!(got.header("x-amz-checksum-sha256"), "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
        assert_eq!(got.header("x-amz-checksum-type"), "FULL_OBJECT");
    }
    let cut = stand.call("GET", "/site/a", &[mode, ("range", "bytes=0-1")], b"").await.ok();
    assert_eq!(cut.header("x-amz-checksum-crc32"), "");
    assert_eq!(stand.get("a").await.header("x-amz-checksum-crc32"), "");
}

#[tokio::test]
async fn large_objects_pass_in_chunks() {
    let stand = Stand::open();
    let body: Vec<u8> = (0..=250).cycle().take(5_000_000).collect();
    stand.put("a", &body).await;
    assert!(stand.get("a").await.ok().body == body);
    let range = stand.call("GET", "/site/a", &[("range", "bytes=262143-4000000")], b"").await.ok();
    assert!(range.body == body[262_143..=4_000_000]);
}

#[tokio::test]
async fn a_browser_may_ask_and_send() {
    let stand = Stand::open();
    let request = Request::builder()
        .method("OPTIONS")
        .uri("/site/a")
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "authorization, x-amz-date")
        .body(Body::empty())
        .unwrap();
    let answer = stand.send(request).await;
    assert_eq!(answer.status.as_u16(), 204);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, PUT, POST, DELETE");
    assert_eq!(answer.header("access-control-allow-headers"), "authorization, x-amz-date");
    let refused = stand.get("nothing").await;
    assert_eq!(refused.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn time_is_that_of_the_clock() {
    let stand = Stand::open();
    stand.clock.advance(3_600);
    stand.put("a", b"x").await;
    assert_eq!(stand.get("a").await.header("last-modified"), "Thu, 01 Jan 2026 01:00:00 GMT");
    assert!(stand.clock.now().seconds() > 0);
}
