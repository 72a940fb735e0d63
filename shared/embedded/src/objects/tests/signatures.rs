//! Who may do what, and which signatures count.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Request};
use s3s::Body;

use super::{ALL, Action, Answer, PRESIGNED, Signing, Stand, UNSIGNED, signed};

async fn stand() -> Stand {
    let stand = Stand::open();
    stand.put("a", b"x").await;
    stand
}

fn with(mut request: Request<Body>, name: &'static str, value: &'static str) -> Request<Body> {
    request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    request
}

fn without(mut request: Request<Body>, name: &str) -> Request<Body> {
    request.headers_mut().remove(name);
    request
}

fn at(mut request: Request<Body>, path: &str) -> Request<Body> {
    *request.uri_mut() = path.parse().unwrap();
    request
}

/// The same, with a part of its URL written otherwise.
fn rewritten(request: Request<Body>, from: &str, to: &str) -> Request<Body> {
    let uri = request.uri().to_string();
    assert!(uri.contains(from), "{uri}");
    at(request, &uri.replace(from, to))
}

async fn refused(stand: &Stand, request: Request<Body>) -> (u16, String) {
    let answer: Answer = stand.send(request).await;
    (answer.status.as_u16(), answer.element("Code").to_owned())
}

fn pair(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn who_does_not_sign_is_denied() {
    let stand = stand().await;
    let request = |method| Request::builder().method(method).uri("/site/a").header("host", "localhost");
    for method in ["GET", "PUT", "DELETE"] {
        let request = request(method).body(Body::empty()).unwrap();
        assert_eq!(refused(&stand, request).await, pair(403, "AccessDenied"));
    }
    let old = request("GET").header("authorization", "AWS all:c2lnbmF0dXJl").body(Body::empty()).unwrap();
    assert_eq!(refused(&stand, old).await, pair(400, "InvalidRequest"));
    let old = at(
        request("GET").body(Body::empty()).unwrap(),
        "/site/a?AWSAccessKeyId=all&Signature=x&Expires=99999999999",
    );
    assert_eq!(refused(&stand, old).await, pair(400, "InvalidRequest"));
    let form = request("POST")
        .header("content-type", "Multipart/Form-Data; boundary=x")
        .body(Body::empty())
        .unwrap();
    assert_eq!(refused(&stand, at(form, "/site")).await, pair(501, "NotImplemented"));
}

#[tokio::test]
async fn a_wrong_signature_does_not_match() {
    let stand = stand().await;
    for signing in [ALL, UNSIGNED, PRESIGNED] {
        let request = || signed(signing, "GET", "/site/a", &[("x-amz-expected-bucket-owner", "1")], b"");
        stand.send(request()).await.ok();
        let other = rewritten(request(), "/site/a", "/site/b");
        assert_eq!(refused(&stand, other).await, pair(403, "SignatureDoesNotMatch"));
        let longer = match signing.presigned {
            Some(_) => rewritten(request(), "X-Amz-Expires=300", "X-Amz-Expires=3000"),
            None => with(request(), "x-amz-expected-bucket-owner", "2"),
        };
        assert_eq!(refused(&stand, longer).await, pair(403, "SignatureDoesNotMatch"));
        let unknown = signed(Signing { key: "nobody", ..signing }, "GET", "/site/a", &[], b"");
        assert_eq!(refused(&stand, unknown).await, pair(403, "InvalidAccessKeyId"));
    }
}

#[tokio::test]
async fn signatures_end() {
    let stand = stand().await;
    for (signing, expected) in [
        (Signing { at: -299, ..PRESIGNED }, pair(200, "")),
        (Signing { at: -302, ..PRESIGNED }, pair(403, "AccessDenied")),
        (Signing { at: 3_600, ..PRESIGNED }, pair(403, "RequestTimeTooSkewed")),
        (Signing { at: -3_600, ..ALL }, pair(403, "RequestTimeTooSkewed")),
        (Signing { presigned: Some(Duration::from_hours(168)), ..PRESIGNED }, pair(200, "")),
    ] {
        assert_eq!(refused(&stand, signed(signing, "GET", "/site/a", &[], b"")).await, expected);
    }
    for life in ["604801", "0", "-1", "x"] {
        let request = signed(PRESIGNED, "GET", "/site/a", &[], b"");
        let request = rewritten(request, "X-Amz-Expires=300", &format!("X-Amz-Expires={life}"));
        assert_eq!(refused(&stand, request).await, pair(400, "AuthorizationQueryParametersError"));
    }
}

#[tokio::test]
async fn one_way_of_signing_is_enough() {
    let stand = stand().await;
    let by_header = signed(ALL, "GET", "/site/a", &[], b"");
    let authorization = by_header.headers()["authorization"].clone();
    let mut both = signed(PRESIGNED, "GET", "/site/a", &[], b"");
    both.headers_mut().insert("authorization", authorization);
    assert_eq!(refused(&stand, both).await, pair(400, "InvalidArgument"));
    let twice = signed(PRESIGNED, "GET", "/site/a", &[], b"");
    let twice = rewritten(twice, "X-Amz-Expires=300", "X-Amz-Expires=300&X-Amz-Expires=604800");
    assert_eq!(refused(&stand, twice).await, pair(400, "AuthorizationQueryParametersError"));
}

#[tokio::test]
async fn signatures_for_other_services_say_nothing() {
    let stand = stand().await;
    let request = signed(PRESIGNED, "GET", "/site/a", &[], b"");
    let request = rewritten(request, "%2Fs3%2Faws4_request", "%2Fsts%2Faws4_request");
    assert_eq!(refused(&stand, request).await, pair(400, "AuthorizationQueryParametersError"));
}

#[tokio::test]
async fn a_signed_length_must_be_there_and_be_the_length() {
    let stand = stand().await;
    for signing in [UNSIGNED, PRESIGNED] {
        let request = || signed(signing, "PUT", "/site/b", &[], b"hello");
        assert!(request().headers().contains_key("content-length"));
        let absent = without(request(), "content-length");
        assert_eq!(refused(&stand, absent).await, pair(403, "SignatureDoesNotMatch"));
        let longer = with(request(), "content-length", "6");
        assert_eq!(refused(&stand, longer).await, pair(403, "SignatureDoesNotMatch"));
        let mut other = request();
        *other.body_mut() = Body::from(b"hello!".to_vec());
        assert_eq!(refused(&stand, other).await, pair(400, "IncompleteBody"));
    }
    assert_eq!(stand.get("b").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_signed_checksum_must_be_there_and_be_that_of_the_body() {
    let stand = stand().await;
    let headers = [("x-amz-checksum-crc32", "NhCmhg==")];
    let request = || signed(PRESIGNED, "PUT", "/site/b", &headers, b"hello");
    let absent = without(request(), "x-amz-checksum-crc32");
    assert_eq!(refused(&stand, absent).await, pair(403, "SignatureDoesNotMatch"));
    let mut other = request();
    *other.body_mut() = Body::from(b"Hello".to_vec());
    assert_eq!(refused(&stand, other).await, pair(400, "BadDigest"));
    stand.send(request()).await.ok();
}

#[tokio::test]
async fn a_checksum_in_a_presigned_query_counts_as_well() {
    let stand = stand().await;
    let path = "/site/b?x-amz-checksum-crc32=NhCmhg%3D%3D&x-amz-meta-note=hi";
    assert_eq!(refused(&stand, signed(PRESIGNED, "PUT", path, &[], b"Hello")).await, pair(400, "BadDigest"));
    stand.send(signed(PRESIGNED, "PUT", path, &[], b"hello")).await.ok();
    assert_eq!(stand.head("b").await.header("x-amz-meta-note"), "hi");
}

#[tokio::test]
async fn headers_that_change_the_meaning_must_be_signed() {
    let stand = stand().await;
    for (name, value) in
        [("x-amz-copy-source", "/site/a"), ("x-amz-meta-note", "x"), ("x-amz-acl", "private")]
    {
        let request = with(signed(PRESIGNED, "PUT", "/site/b", &[], b"x"), name, value);
        assert_eq!(refused(&stand, request).await, pair(403, "AccessDenied"), "{name}");
    }
}

#[tokio::test]
async fn a_key_does_what_it_may_and_no_more() {
    let stand = stand().await;
    stand.put("mine/a", b"x").await;
    let requests = [
        (Action::Get, "GET", "/site/mine/a"),
        (Action::Get, "HEAD", "/site/mine/a"),
        (Action::Put, "PUT", "/site/mine/a"),
        (Action::Put, "POST", "/site/mine/a?uploads"),
        (Action::Delete, "DELETE", "/site/mine/a"),
        (Action::List, "GET", "/site?list-type=2&prefix=mine%2F"),
        (Action::List, "GET", "/site?versions&prefix=mine%2F"),
        (Action::List, "GET", "/site?uploads&prefix=mine%2F"),
    ];
    for signing in [ALL, PRESIGNED].map(|signing| Signing { key: "some", ..signing }) {
        for (action, method, path) in requests {
            stand.keys.0.lock().unwrap().clear();
            stand.put("mine/a", b"x").await;
            assert_eq!(
                stand.send(signed(signing, method, path, &[], b"x")).await.status.as_u16(),
                403,
                "{path}"
            );
            for other in [Action::Get, Action::Put, Action::Delete, Action::List]
                .into_iter()
                .filter(|other| *other != action)
            {
                stand.grant(other, "mine/");
            }
            assert_eq!(
                stand.send(signed(signing, method, path, &[], b"x")).await.status.as_u16(),
                403,
                "{path}"
            );
            stand.grant(action, "mine/");
            stand.send(signed(signing, method, path, &[], b"x")).await.ok();
            let outside = path.replace("mine", "theirs");
            assert_eq!(stand.send(signed(signing, method, &outside, &[], b"x")).await.status.as_u16(), 403);
        }
    }
    let some = Signing { key: "some", ..ALL };
    let two = signed(some, "GET", "/site?list-type=2&prefix=&prefix=mine%2F", &[], b"");
    assert_eq!(refused(&stand, two).await, pair(400, "InvalidArgument"));
}

#[tokio::test]
async fn a_parameter_that_can_be_no_header_is_refused() {
    let stand = stand().await;
    let path = "/site/b?x-amz-meta-note=a%0Ab";
    assert_eq!(
        refused(&stand, signed(PRESIGNED, "PUT", path, &[], b"x")).await,
        pair(400, "InvalidArgument")
    );
}
