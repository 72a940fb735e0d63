//! Bytes come back as they were put, wholly or some of them, with what is known of them.

use super::*;
use crate::objects::{ObjectError, digest::Digester};

pub(super) async fn all(subject: &Subject) {
    what_was_put_comes_back(subject).await;
    what_is_known_is_told(subject).await;
    nothing_is_an_object_too(subject).await;
    keys_are_data(subject).await;
    what_is_not_there_is_missing(subject).await;
}

async fn what_was_put_comes_back(subject: &Subject) {
    let (place, _) = subject.put("kept", b"0123456789").await;
    for (range, bytes) in
        [(0..10, &b"0123456789"[..]), (0..1, b"0"), (3..7, b"3456"), (9..10, b"9"), (4..4, b"")]
    {
        assert_eq!(subject.objects().read(&place, range).await.unwrap(), bytes);
    }
    assert_eq!(subject.all_of(&subject.at("kept", None)).await, "0123456789");
}

async fn what_is_known_is_told(subject: &Subject) {
    let before = SystemClock.now().seconds();
    let (place, facts) = subject.put("known", b"123456789").await;
    assert_eq!((facts.size, &facts.checksums), (9, &Digester::of(b"123456789")));
    assert!(facts.version.is_some());
    let head = subject.objects().head(&place).await.unwrap().unwrap();
    assert_eq!((head.size, &head.version, &head.etag), (9, &facts.version, &facts.etag));
    assert_eq!(head.checksums.differs(&facts.checksums), None);
    assert_eq!(head.checksums.md5, facts.checksums.md5, "of what is small it is told");
    if !subject.storage.lenient {
        assert_eq!(head.checksums.crc64nvme, facts.checksums.crc64nvme, "so is what was declared");
    }
    assert!((before - 2..before + 60).contains(&head.modified.seconds()), "{:?}", head.modified);
}

async fn nothing_is_an_object_too(subject: &Subject) {
    let (place, facts) = subject.put("nothing", b"").await;
    assert_eq!(facts.size, 0);
    assert_eq!(subject.objects().head(&place).await.unwrap().unwrap().size, 0);
    assert_eq!(subject.all_of(&place).await, "");
}

async fn keys_are_data(subject: &Subject) {
    let names = ["a b", "a+b", "a%20b", "ü/🙂", "x//y", "q?a=b&c#d", "'\"<&>", "a/b/", "~.-_*()!"];
    for name in names {
        subject.objects().put(&subject.key(name), Bytes::from(name)).await.unwrap();
    }
    for name in names {
        assert_eq!(subject.all_of(&subject.at(name, None)).await, name);
    }
    let listed = subject.objects().list(&subject.key("a"), None).await.unwrap();
    let mut found: Vec<_> = listed.objects.iter().map(|one| one.place.key.clone()).collect();
    found.sort_unstable();
    assert_eq!(found, ["a b", "a%20b", "a+b", "a/b/"].map(|name| subject.key(name)));
}

async fn what_is_not_there_is_missing(subject: &Subject) {
    let place = subject.at("absent", None);
    assert_eq!(subject.objects().head(&place).await.unwrap(), None);
    let read = subject.objects().read(&place, 0..1).await;
    assert!(matches!(read, Err(ObjectError::Missing(_))), "{read:?}");
    subject.objects().delete(&place).await.unwrap();
}
