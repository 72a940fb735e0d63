//! Signed addresses: who has one may do this, and nothing else.

use super::*;
use crate::objects::{Expected, Part, Shown};

pub(super) async fn all(subject: &Subject) {
    an_address_serves_one_version_as_it_says(subject).await;
    an_address_takes_one_object(subject).await;
    an_address_takes_what_was_declared(subject).await;
    an_address_takes_one_part(subject).await;
}

async fn an_address_serves_one_version_as_it_says(subject: &Subject) {
    let (place, _) = subject.put("served ü", b"0123456789").await;
    subject.put("served ü", b"newer").await;
    let disposition = "attachment; filename*=UTF-8''%C3%BC.txt".to_owned();
    let shown = Shown { media_type: "text/plain; charset=utf-8".into(), disposition: disposition.clone() };
    let address = subject.objects().sign_get(&place, &shown).await.unwrap();
    let got = subject.ask("GET", &address, &[]).await;
    assert_eq!((got.status, &got.body[..]), (200, &b"0123456789"[..]));
    assert_eq!(got.header("content-type"), shown.media_type);
    assert_eq!(got.header("content-disposition"), disposition);
    let some = subject.ask("GET", &address, &[("range", "bytes=2-4")]).await;
    assert_eq!(
        (some.status, some.header("content-range"), &some.body[..]),
        (206, "bytes 2-4/10", &b"234"[..])
    );
    let (other, html) = (address.replace("served", "joined"), address.replace("text%2Fplain", "text%2Fhtml"));
    assert!(other != address && html != address);
    for forged in [other, html] {
        subject.refused(&subject.ask("GET", &forged, &[]).await, 403);
    }
    subject.refused(&subject.send("PUT", &address, &[], "other".into()).await, 403);
    let unsigned = address.split('?').next().unwrap();
    subject.refused(&subject.ask("GET", unsigned, &[]).await, 403);
}

async fn an_address_takes_one_object(subject: &Subject) {
    let expected = Expected { size: Some(5), md5: None };
    let address = subject.objects().sign_put(&subject.key("taken"), &expected).await.unwrap();
    subject.refused(&subject.send("PUT", &address, &[], "longer".into()).await, 403);
    subject
        .refused(&subject.send("PUT", &address.replace("/taken", "/other"), &[], "hello".into()).await, 403);
    assert_eq!(subject.send("PUT", &address, &[], "hello".into()).await.status, 200);
    assert_eq!(subject.all_of(&subject.at("taken", None)).await, "hello");
    let address = subject.objects().sign_put(&subject.key("any length"), &Expected::default()).await.unwrap();
    for body in ["a", "longer"] {
        assert_eq!(subject.send("PUT", &address, &[], body.into()).await.status, 200);
        assert_eq!(subject.all_of(&subject.at("any length", None)).await, body);
    }
}

async fn an_address_takes_what_was_declared(subject: &Subject) {
    let md5 = Some("5d41402abc4b2a76b9719d911017c592".to_owned());
    let key = subject.key("declared");
    let address = subject.objects().sign_put(&key, &Expected { size: Some(5), md5 }).await.unwrap();
    let said = [("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")];
    subject.refused(&subject.send("PUT", &address, &said, "Hello".into()).await, 400);
    subject.refused(&subject.send("PUT", &address, &[], "hello".into()).await, 403);
    assert_eq!(subject.send("PUT", &address, &said, "hello".into()).await.status, 200);
    assert_eq!(subject.all_of(&subject.at("declared", None)).await, "hello");
}

async fn an_address_takes_one_part(subject: &Subject) {
    let upload = subject.objects().begin(&subject.key("sent in parts")).await.unwrap();
    let address = subject.objects().sign_part(&upload, 1, SMALLEST_PART).await.unwrap();
    subject.refused(&subject.send("PUT", &address, &[], "short".into()).await, 403);
    let second = address.replace("partNumber=1", "partNumber=2");
    assert!(second != address);
    subject.refused(&subject.send("PUT", &second, &[], part_of(b'b')).await, 403);
    let last = subject.objects().sign_part(&upload, 2, 3).await.unwrap();
    let sent = [
        (1, SMALLEST_PART, subject.send("PUT", &address, &[], part_of(b'a')).await),
        (2, 3, subject.send("PUT", &last, &[], "end".into()).await),
    ];
    let parts = sent.map(|(number, size, answer)| {
        assert_eq!(answer.status, 200);
        Part { number, size, etag: answer.header("etag").trim_matches('"').to_owned() }
    });
    if !subject.storage.lenient {
        assert_eq!(subject.objects().parts(&upload, 0).await.unwrap(), parts);
    }
    let facts = subject.objects().complete(&upload, &parts).await.unwrap();
    assert_eq!(facts.size, SMALLEST_PART + 3);
}
