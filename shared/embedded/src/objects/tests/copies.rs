//! Copies within the storage.

use super::{ALL, Action, Signing, Stand, signed};

impl Stand {
    async fn copy(&self, from: &str, to: &str, headers: &[(&str, &str)]) -> super::Answer {
        let source = format!("/site/{from}");
        let headers = [&[("x-amz-copy-source", source.as_str())], headers].concat();
        self.call("PUT", &format!("/site/{to}"), &headers, b"").await
    }
}

#[tokio::test]
async fn a_copy_shares_the_file_until_the_last_goes() {
    let stand = Stand::open();
    let headers = [("content-type", "text/plain"), ("x-amz-meta-note", "hello")];
    let first = stand.call("PUT", "/site/a", &headers, b"x").await.ok().header("x-amz-version-id").to_owned();
    let copied = stand.copy("a", "b", &[]).await.ok();
    assert_eq!(copied.header("x-amz-copy-source-version-id"), first);
    assert_eq!(stand.files().len(), 1);
    stand.delete(&format!("a?versionId={first}")).await.ok();
    let got = stand.get("b").await.ok();
    assert_eq!(
        (got.text(), got.header("content-type"), got.header("x-amz-meta-note")),
        ("x", "text/plain", "hello")
    );
    let second = copied.header("x-amz-version-id").to_owned();
    stand.delete(&format!("b?versionId={second}")).await.ok();
    assert!(stand.files().is_empty());
}

#[tokio::test]
async fn an_old_version_can_be_made_the_latest() {
    let stand = Stand::open();
    let first = stand.put("a", b"1").await.header("x-amz-version-id").to_owned();
    stand.put("a", b"2").await;
    assert_eq!(stand.copy("a", "a", &[]).await.refused(), (400, "InvalidRequest"));
    stand.copy(&format!("a?versionId={first}"), "a", &[]).await.ok();
    assert_eq!(stand.get("a").await.text(), "1");
}

#[tokio::test]
async fn a_copy_can_have_other_headers() {
    let stand = Stand::open();
    stand.call("PUT", "/site/a", &[("x-amz-meta-note", "1")], b"x").await.ok();
    let headers =
        [("x-amz-metadata-directive", "REPLACE"), ("x-amz-meta-note", "2"), ("content-type", "text/csv")];
    stand.copy("a", "a", &headers).await.ok();
    let got = stand.head("a").await;
    assert_eq!((got.header("x-amz-meta-note"), got.header("content-type")), ("2", "text/csv"));
}

#[tokio::test]
async fn a_copy_needs_the_right_to_read_its_source() {
    let stand = Stand::open();
    stand.put("secret/a", b"x").await;
    stand.put("open/a", b"x").await;
    stand.grant(Action::Put, "mine/");
    stand.grant(Action::Get, "open/");
    for (source, status) in
        [("/site/secret/a", 403), ("/site/open/a", 200), ("/other/open/a", 404), ("/site/open/b", 404)]
    {
        let some = Signing { key: "some", ..ALL };
        let status = http::StatusCode::from_u16(if source == "/site/open/b" { 404 } else { status }).unwrap();
        let headers = [("x-amz-copy-source", source)];
        assert_eq!(
            stand.send(signed(some, "PUT", "/site/mine/a", &headers, b"")).await.status,
            status,
            "{source}"
        );
    }
}

#[tokio::test]
async fn a_copy_can_have_conditions() {
    let stand = Stand::open();
    let etag = stand.put("a", b"x").await.header("etag").to_owned();
    for (name, value, status) in [
        ("x-amz-copy-source-if-match", etag.as_str(), 200),
        ("x-amz-copy-source-if-match", "\"other\"", 412),
        ("x-amz-copy-source-if-none-match", etag.as_str(), 412),
        ("if-none-match", "*", 412),
    ] {
        assert_eq!(stand.copy("a", "b", &[(name, value)]).await.status.as_u16(), status, "{name}: {value}");
    }
}

#[tokio::test]
async fn parts_can_be_copies_of_objects_or_of_ranges_of_them() {
    let stand = Stand::open();
    let body = vec![7; 5 << 20];
    stand.put("a", &body).await;
    let begun = stand.call("POST", "/site/b?uploads", &[], b"").await.ok();
    let id = begun.element("UploadId");
    let whole = stand.copy("a", &format!("b?partNumber=1&uploadId={id}"), &[]).await.ok();
    assert_eq!(stand.files().len(), 1);
    let range = [("x-amz-copy-source-range", "bytes=1-3")];
    let cut = stand.copy("a", &format!("b?partNumber=2&uploadId={id}"), &range).await.ok();
    assert_eq!(stand.files().len(), 2);
    let too_far = [("x-amz-copy-source-range", "bytes=1-5242880")];
    let refused = stand.copy("a", &format!("b?partNumber=3&uploadId={id}"), &too_far).await;
    assert_eq!(refused.refused(), (400, "InvalidArgument"));
    let part = |number, part: &super::Answer| {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag></Part>", part.element("ETag"))
    };
    let parts = part(1, &whole) + &part(2, &cut);
    let body_of = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    stand.call("POST", &format!("/site/b?uploadId={id}"), &[], body_of.as_bytes()).await.ok();
    assert!(stand.get("b").await.ok().body == [&body[..], &[7; 3]].concat());
    // A copy of what came in parts keeps its parts.
    stand.copy("b", "c", &[]).await.ok();
    assert_eq!(stand.files().len(), 2);
    assert_eq!(stand.head("c").await.header("etag"), stand.head("b").await.header("etag"));
}
