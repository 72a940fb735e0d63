//! Objects that come in parts.

use super::{Answer, Stand};

const LARGE: usize = 5 << 20;

impl Stand {
    async fn begin(&self, key: &str) -> String {
        let headers = [("content-type", "text/plain"), ("x-amz-meta-note", "hello")];
        let begun = self.call("POST", &format!("/site/{key}?uploads"), &headers, b"").await.ok();
        begun.element("UploadId").to_owned()
    }

    async fn part(&self, key: &str, id: &str, number: u32, body: &[u8]) -> String {
        let path = format!("/site/{key}?partNumber={number}&uploadId={id}");
        self.call("PUT", &path, &[], body).await.ok().header("etag").to_owned()
    }

    async fn complete(&self, key: &str, id: &str, headers: &[(&str, &str)], parts: &[(u32, &str)]) -> Answer {
        let parts: Vec<String> = parts
            .iter()
            .map(|(number, etag)| {
                format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
            })
            .collect();
        let body = format!("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", parts.concat());
        self.call("POST", &format!("/site/{key}?uploadId={id}"), headers, body.as_bytes()).await
    }
}

fn large(seed: u8) -> Vec<u8> {
    (0..=250).cycle().take(LARGE).map(|byte: u8| byte ^ seed).collect()
}

#[tokio::test]
async fn parts_become_an_object_without_being_copied() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    let (first, second) = (large(1), large(2));
    let etags = [
        stand.part("a", &id, 2, &first).await,
        stand.part("a", &id, 5, &second).await,
        stand.part("a", &id, 9, b"end").await,
    ];
    let files = stand.files();
    let size = (2 * LARGE + 3).to_string();
    let parts = [(2, etags[0].as_str()), (5, &etags[1]), (9, &etags[2])];
    let done = stand.complete("a", &id, &[("x-amz-mp-object-size", &size)], &parts).await.ok();
    assert!(done.element("ETag").ends_with("-3&quot;") || done.element("ETag").ends_with("-3\""));
    let mut after = stand.files();
    after.sort();
    let mut before = files;
    before.sort();
    assert_eq!(after, before);
    let whole = [first, second, b"end".to_vec()].concat();
    let got = stand.call("GET", "/site/a", &[("x-amz-checksum-mode", "ENABLED")], b"").await.ok();
    assert!(got.body == whole);
    assert_eq!((got.header("content-type"), got.header("x-amz-meta-note")), ("text/plain", "hello"));
    assert_eq!(got.header("x-amz-checksum-type"), "FULL_OBJECT");
    let sums = (got.header("x-amz-checksum-crc64nvme"), got.header("x-amz-checksum-crc32"));
    let single = stand.put("b", &whole).await;
    assert_eq!(sums, (single.header("x-amz-checksum-crc64nvme"), single.header("x-amz-checksum-crc32")));
    let range =
        stand.call("GET", "/site/a", &[("range", &format!("bytes={}-{}", LARGE - 2, 2 * LARGE))], b"").await;
    assert!(range.body == whole[LARGE - 2..=2 * LARGE]);
    let part = stand.get("a?partNumber=3").await.ok();
    assert_eq!((part.text(), part.header("x-amz-mp-parts-count")), ("end", "3"));
    assert_eq!(stand.get("a?partNumber=4").await.status.as_u16(), 416);
}

#[tokio::test]
async fn completing_twice_answers_the_same() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    let etag = stand.part("a", &id, 1, b"x").await;
    let first = stand.complete("a", &id, &[], &[(1, &etag)]).await.ok();
    let stand = stand.reopen();
    let second = stand.complete("a", &id, &[], &[(1, &etag)]).await.ok();
    assert_eq!(first.header("x-amz-version-id"), second.header("x-amz-version-id"));
    assert_eq!(first.text(), second.text());
    assert_eq!(stand.call("GET", "/site?versions", &[], b"").await.elements("Version").len(), 1);
    assert_eq!(stand.complete("b", &id, &[], &[(1, &etag)]).await.refused(), (404, "NoSuchUpload"));
    stand.clock.advance(100_000);
    stand.s3.sweep(std::time::Duration::from_mins(1)).await.unwrap();
    assert_eq!(stand.complete("a", &id, &[], &[(1, &etag)]).await.refused(), (404, "NoSuchUpload"));
    assert_eq!(stand.get("a").await.text(), "x");
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    let etags = [stand.part("a", &id, 1, b"small").await, stand.part("a", &id, 2, b"end").await];
    let (one, two) = ((1, etags[0].as_str()), (2, etags[1].as_str()));
    for (parts, code) in [
        (&[one, two][..], "EntityTooSmall"),
        (&[two, one], "InvalidPartOrder"),
        (&[one, one], "InvalidPartOrder"),
        (&[(1, etags[1].as_str())], "InvalidPart"),
        (&[one, (3, etags[1].as_str())], "InvalidPart"),
        (&[], "MalformedXML"),
    ] {
        assert_eq!(stand.complete("a", &id, &[], parts).await.refused(), (400, code));
    }
    let wrong = [
        ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="),
        ("x-amz-checksum-sha256", "AAAA-1"),
        ("x-amz-checksum-crc32", "AAAA-1"),
    ];
    for claim in wrong {
        assert_eq!(
            stand.complete("a", &id, &[claim], &[one]).await.refused(),
            (400, "BadDigest"),
            "{}",
            claim.0
        );
    }
    let refused = stand.complete("a", &id, &[("x-amz-mp-object-size", "7")], &[one]).await;
    assert_eq!(refused.refused(), (400, "InvalidRequest"));
    assert_eq!(stand.complete("a", "none", &[], &[one]).await.refused(), (404, "NoSuchUpload"));
    assert_eq!(stand.get("a").await.refused().0, 404);
    stand.complete("a", &id, &[], &[two]).await.ok();
    assert_eq!((stand.get("a").await.text(), stand.files().len()), ("end", 1));
}

#[tokio::test]
async fn a_part_is_hashed_only_where_its_sender_declares_a_hash() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    let path = format!("/site/a?partNumber=1&uploadId={id}");
    let bare = stand.call("PUT", &path, &[], b"hello").await.ok();
    assert!(bare.header("etag").ends_with("-1\""), "no client takes it for an MD5");
    assert_eq!((bare.header("x-amz-checksum-sha256"), bare.header("x-amz-checksum-crc32")), ("", "NhCmhg=="));
    let again = stand.call("PUT", &path, &[], b"hello").await.ok();
    assert_ne!(again.header("etag"), bare.header("etag"));
    assert_eq!(stand.complete("a", &id, &[], &[(1, bare.header("etag"))]).await.refused().1, "InvalidPart");
    let md5 = [("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")];
    assert_eq!(stand.call("PUT", &path, &md5, b"Hello").await.refused(), (400, "BadDigest"));
    let hashed = stand.call("PUT", &path, &md5, b"hello").await.ok();
    assert_eq!(hashed.header("etag"), "\"5d41402abc4b2a76b9719d911017c592\"");
}

#[tokio::test]
async fn a_composite_checksum_is_compared() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    let path = format!("/site/a?partNumber=1&uploadId={id}");
    let declared = [("x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")];
    let etag = stand.call("PUT", &path, &declared, b"hello").await.ok().header("etag").to_owned();
    // The SHA-256 of the SHA-256 of the one part.
    let sum = "lZXJ35AHUUjrBoYDZd8zWEt1v/eCpRDGzUiDpBmDPVA=";
    let right = format!("{sum}-1");
    let wrong =
        stand.complete("a", &id, &[("x-amz-checksum-sha256", &format!("{sum}-2"))], &[(1, &etag)]).await;
    assert_eq!(wrong.refused(), (400, "BadDigest"));
    stand.complete("a", &id, &[("x-amz-checksum-sha256", &right)], &[(1, &etag)]).await.ok();
}

#[tokio::test]
async fn a_part_can_be_sent_again() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    stand.part("a", &id, 1, b"first").await;
    let etag = stand.part("a", &id, 1, b"second").await;
    assert_eq!(stand.files().len(), 1);
    stand.complete("a", &id, &[], &[(1, &etag)]).await.ok();
    assert_eq!(stand.get("a").await.text(), "second");
}

#[tokio::test]
async fn parts_are_checked_as_objects_are() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    let path = format!("/site/a?partNumber=1&uploadId={id}");
    let refused = stand.call("PUT", &path, &[("x-amz-checksum-crc32", "NhCmhg==")], b"Hello").await;
    assert_eq!(refused.refused(), (400, "BadDigest"));
    for number in ["0", "10001"] {
        let path = format!("/site/a?partNumber={number}&uploadId={id}");
        assert_eq!(stand.call("PUT", &path, &[], b"x").await.refused(), (400, "InvalidArgument"));
    }
    let other = format!("/site/b?partNumber=1&uploadId={id}");
    assert_eq!(stand.call("PUT", &other, &[], b"x").await.refused(), (404, "NoSuchUpload"));
    assert!(stand.files().is_empty());
}

#[tokio::test]
async fn an_aborted_upload_goes_with_its_parts() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    let etag = stand.part("a", &id, 1, b"x").await;
    assert_eq!(stand.delete(&format!("a?uploadId={id}")).await.status.as_u16(), 204);
    assert!(stand.files().is_empty());
    assert_eq!(stand.delete(&format!("a?uploadId={id}")).await.refused(), (404, "NoSuchUpload"));
    assert_eq!(stand.complete("a", &id, &[], &[(1, &etag)]).await.refused(), (404, "NoSuchUpload"));
    assert_eq!(stand.get("a").await.refused().0, 404);
}

#[tokio::test]
async fn uploads_and_parts_are_listed_in_pages() {
    let stand = Stand::open();
    let id = stand.begin("a").await;
    for number in [3, 1, 2] {
        stand.part("a", &id, number, b"x").await;
    }
    let page = stand.get(&format!("a?uploadId={id}&max-parts=2")).await.ok();
    assert_eq!(page.elements("PartNumber"), ["1", "2"]);
    assert_eq!((page.element("IsTruncated"), page.element("NextPartNumberMarker")), ("true", "2"));
    let page = stand.get(&format!("a?uploadId={id}&part-number-marker=2")).await.ok();
    assert_eq!((page.elements("PartNumber"), page.element("IsTruncated")), (vec!["3"], "false"));
    let second = stand.begin("a").await;
    let other = stand.begin("b").await;
    let (mut found, mut markers) = (Vec::new(), String::new());
    loop {
        let page = stand.call("GET", &format!("/site?uploads&max-uploads=1{markers}"), &[], b"").await.ok();
        found.extend(page.elements("UploadId").into_iter().map(str::to_owned));
        if page.element("IsTruncated") == "false" {
            break;
        }
        let (key, id) = (page.element("NextKeyMarker"), page.element("NextUploadIdMarker"));
        markers = format!("&key-marker={key}&upload-id-marker={id}");
    }
    assert_eq!(found, [id, second, other]);
}

#[tokio::test]
async fn a_condition_holds_for_parts_too() {
    let stand = Stand::open();
    stand.put("a", b"1").await;
    let id = stand.begin("a").await;
    let etag = stand.part("a", &id, 1, b"2").await;
    let refused = stand.complete("a", &id, &[("if-none-match", "*")], &[(1, &etag)]).await;
    assert_eq!(refused.refused(), (412, "PreconditionFailed"));
    stand.complete("a", &id, &[], &[(1, &etag)]).await.ok();
}
