//! Objects that come in one.

use bytes::Bytes;
use futures::stream;
use http_body::Frame;
use http_body_util::StreamBody;
use s3s::Body;

use super::{ALL, PRESIGNED, Payload, Signing, Stand, UNSIGNED, signed};
use crate::objects::{UnknownLength, digest::HASHED};

#[tokio::test]
async fn an_object_comes_back_as_it_was_put() {
    let stand = Stand::open();
    let put = stand.put("a", b"hello").await;
    assert_eq!(put.header("etag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    assert!(!put.header("x-amz-version-id").is_empty());
    assert_eq!(stand.get("a").await.text(), "hello");
}

#[tokio::test]
async fn an_empty_object_needs_no_file() {
    let stand = Stand::open();
    stand.put("a", b"").await;
    let got = stand.get("a").await.ok();
    assert_eq!((got.header("content-length"), got.text()), ("0", ""));
    assert!(stand.files().is_empty());
}

#[tokio::test]
async fn keys_are_data() {
    let stand = Stand::open();
    let long = "k".repeat(1024);
    let keys = [
        "a",
        "a/b",
        "../x",
        "../../y",
        "./z",
        "/x",
        "//",
        "%C3%BC%20b",
        "%F0%9F%99%82",
        "a+b",
        "a%2Bb%25",
        "%01",
        &long,
    ];
    for key in keys {
        stand.put(key, key.as_bytes()).await;
    }
    for key in keys {
        assert_eq!(stand.get(key).await.ok().body, key.as_bytes(), "{key}");
    }
    assert_eq!(
        stand.call("PUT", &format!("/site/{long}k"), &[], b"").await.refused(),
        (400, "KeyTooLongError")
    );
    assert_eq!(stand.call("PUT", "/site/a%00b", &[], b"").await.refused(), (400, "InvalidURI"));
    let outside: Vec<_> =
        std::fs::read_dir(stand.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(outside.iter().filter(|name| !name.to_string_lossy().starts_with("objects.db")).count(), 2);
}

#[tokio::test]
async fn declared_checksums_are_compared_and_a_mismatch_leaves_nothing() {
    let stand = Stand::open();
    let right = [
        ("content-md5", "XUFAKrxLKna5cZ2REBfFkg=="),
        ("x-amz-checksum-crc32", "NhCmhg=="),
        ("x-amz-checksum-crc32c", "mnG7TA=="),
        ("x-amz-checksum-crc64nvme", "M3eFcAZSQlc="),
        ("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
        ("x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="),
    ];
    for (name, value) in right {
        stand.call("PUT", "/site/a", &[(name, value)], b"hello").await.ok();
        let refused = stand.call("PUT", "/site/b", &[(name, value)], b"Hello").await;
        assert_eq!(refused.refused(), (400, "BadDigest"), "{name}");
    }
    assert_eq!(stand.get("b").await.refused(), (404, "NoSuchKey"));
    assert_eq!(stand.files().len(), right.len());
    let short = stand.call("PUT", "/site/b", &[("x-amz-checksum-sha256", "aGVsbG8=")], b"Hello").await;
    assert_eq!(short.refused(), (400, "InvalidRequest"));
    assert_eq!(
        stand.call("PUT", "/site/b", &[("content-md5", "?")], b"Hello").await.refused(),
        (400, "InvalidDigest")
    );
}

#[tokio::test]
async fn what_is_large_is_hashed_only_where_its_sender_declares_a_hash() {
    let stand = Stand::open();
    let body = Bytes::from(vec![7; usize::try_from(HASHED).unwrap() + 1]);
    let put = async |headers: &[(&str, &str)], body: &Bytes, length_is_known: bool| {
        let mut request = signed(UNSIGNED, "PUT", "/site/a", headers, b"");
        *request.body_mut() = Body::from(body.clone());
        if length_is_known {
            request.headers_mut().insert("content-length", body.len().into());
        } else {
            request.extensions_mut().insert(UnknownLength);
        }
        stand.send(request).await
    };
    for length_is_known in [true, false] {
        let large = put(&[], &body, length_is_known).await.ok();
        assert!(large.header("etag").ends_with("-1\""), "{}", large.header("etag"));
        assert_eq!(large.header("x-amz-checksum-sha256"), "");
        assert_eq!(large.header("x-amz-checksum-crc64nvme").len(), 12);
        let largest = put(&[], &body.slice(1..), length_is_known).await.ok();
        assert_eq!(largest.header("etag").len(), 34, "an MD5");
        assert_eq!(largest.header("x-amz-checksum-sha256").len(), 44);
    }
    let wrong = ("content-md5", "XUFAKrxLKna5cZ2REBfFkg==");
    for length_is_known in [true, false] {
        assert_eq!(put(&[wrong], &body, length_is_known).await.refused(), (400, "BadDigest"));
    }
}

#[tokio::test]
async fn the_hash_in_the_signature_is_compared() {
    let stand = Stand::open();
    let mut request = signed(ALL, "PUT", "/site/a", &[], b"hello");
    *request.body_mut() = Body::from(Bytes::from_static(b"Hello"));
    let refused = stand.send(request).await;
    assert_eq!(refused.refused(), (400, "XAmzContentSHA256Mismatch"));
    assert!(stand.files().is_empty());
}

#[tokio::test]
async fn a_body_of_another_length_leaves_nothing() {
    let stand = Stand::open();
    for body in ["hell", "hello!"] {
        let mut request = signed(UNSIGNED, "PUT", "/site/a", &[], b"hello");
        *request.body_mut() = Body::from(Bytes::from_static(body.as_bytes()));
        assert_eq!(stand.send(request).await.refused(), (400, "IncompleteBody"));
    }
    assert!(stand.files().is_empty());
    assert_eq!(stand.get("a").await.refused().0, 404);
}

/// A body that breaks off after 3 MB, or never goes on.
fn broken(ends: bool) -> Body {
    let chunk = || Ok(Frame::data(Bytes::from(vec![7; 1 << 20])));
    let chunks = stream::iter([chunk(), chunk(), chunk()]);
    let rest = stream::once(async move {
        if !ends {
            std::future::pending::<()>().await;
        }
        Err(std::io::Error::other("hung up"))
    });
    Body::http_body_unsync(StreamBody::new(futures::StreamExt::chain(chunks, Box::pin(rest))))
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_nothing() {
    let stand = Stand::open();
    let length = [("content-length", "4194304")];
    let mut request = signed(UNSIGNED, "PUT", "/site/a", &length, b"");
    *request.body_mut() = broken(true);
    assert_eq!(stand.send(request).await.refused(), (400, "IncompleteBody"));
    assert!(stand.files().is_empty());
}

#[tokio::test]
async fn an_upload_that_is_cancelled_leaves_nothing() {
    let stand = Stand::open();
    let mut request = signed(UNSIGNED, "PUT", "/site/a", &[("content-length", "4194304")], b"");
    *request.body_mut() = broken(false);
    let upload = stand.s3.answer(request);
    assert!(tokio::time::timeout(std::time::Duration::from_millis(200), upload).await.is_err());
    // A thread may still be writing a batch: the file goes with it.
    while !stand.files().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(stand.get("a").await.refused().0, 404);
}

#[tokio::test]
async fn chunks_with_a_checksum_at_their_end_are_decoded_and_compared() {
    let stand = Stand::open();
    for (sum, status) in [("NhCmhg==", 200), ("NhCmhQ==", 400)] {
        let body = format!("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{sum}\r\n\r\n");
        let headers = [
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "5"),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
        ];
        let kind = Payload::Named("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        let request = signed(Signing { payload: kind, ..ALL }, "PUT", "/site/a", &headers, body.as_bytes());
        assert_eq!(stand.send(request).await.status.as_u16(), status);
    }
    let got = stand.get("a").await.ok();
    assert_eq!((got.text(), got.header("content-encoding")), ("hello", ""));
}

#[tokio::test]
async fn an_object_can_be_made_only_if_it_is_new_or_as_expected() {
    let stand = Stand::open();
    let new = [("if-none-match", "*")];
    stand.call("PUT", "/site/a", &new, b"1").await.ok();
    assert_eq!(stand.call("PUT", "/site/a", &new, b"2").await.refused(), (412, "PreconditionFailed"));
    let etag = stand.head("a").await.header("etag").to_owned();
    stand.call("PUT", "/site/a", &[("if-match", &etag)], b"2").await.ok();
    assert_eq!(
        stand.call("PUT", "/site/a", &[("if-match", &etag)], b"3").await.refused(),
        (412, "PreconditionFailed")
    );
    assert_eq!(
        stand.call("PUT", "/site/b", &[("if-match", &etag)], b"3").await.refused(),
        (404, "NoSuchKey")
    );
    stand.delete("a").await.ok();
    stand.call("PUT", "/site/a", &new, b"4").await.ok();
    assert_eq!(stand.files().len(), 3);
}

#[tokio::test]
async fn of_many_who_would_be_first_one_is() {
    let stand = Stand::open();
    let puts = (0..20).map(|number: u8| {
        let stand = &stand;
        async move { stand.call("PUT", "/site/a", &[("if-none-match", "*")], &[number]).await.status.as_u16() }
    });
    let mut outcomes = futures::future::join_all(puts).await;
    outcomes.sort_unstable();
    assert_eq!(outcomes, [&[200][..], &[412; 19]].concat());
    assert_eq!(stand.files().len(), 1);
}

#[tokio::test]
async fn a_presigned_upload_needs_a_length() {
    let stand = Stand::open();
    stand.send(signed(PRESIGNED, "PUT", "/site/a", &[], b"hello")).await.ok();
    let mut request = signed(PRESIGNED, "PUT", "/site/b", &[], b"");
    let frames = stream::iter([Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(b"hello")))]);
    *request.body_mut() = Body::http_body_unsync(StreamBody::new(frames));
    assert_eq!(stand.send(request).await.refused(), (411, "MissingContentLength"));
}

#[tokio::test]
async fn metadata_has_a_limit() {
    let stand = Stand::open();
    let long = "x".repeat(2_100);
    let refused = stand.call("PUT", "/site/a", &[("x-amz-meta-note", &long)], b"").await;
    assert_eq!(refused.refused(), (400, "MetadataTooLarge"));
}
