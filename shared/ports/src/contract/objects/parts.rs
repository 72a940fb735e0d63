//! Uploads in parts.

use super::*;
use crate::objects::{ObjectError, Part, Upload};

pub(super) async fn all(subject: &Subject) {
    parts_become_an_object(subject).await;
    only_what_is_whole_is_completed(subject).await;
    what_is_given_up_is_gone(subject).await;
}

async fn begun(subject: &Subject, name: &str) -> Upload {
    let upload = subject.objects().begin(&subject.key(name)).await.unwrap();
    assert!(upload.key == subject.key(name) && !upload.id.is_empty());
    upload
}

async fn put(subject: &Subject, upload: &Upload, number: u32, bytes: impl Into<Bytes>) -> Part {
    subject.objects().put_part(upload, number, bytes.into()).await.unwrap()
}

async fn parts_become_an_object(subject: &Subject) {
    let upload = begun(subject, "joined").await;
    let last = put(subject, &upload, 7, "end").await;
    put(subject, &upload, 2, "another").await;
    let first = put(subject, &upload, 2, part_of(b'a')).await;
    assert_eq!((first.number, first.size, last.size), (2, SMALLEST_PART, 3));
    if !subject.storage.lenient {
        let arrived = subject.objects().parts(&upload, 0).await.unwrap();
        assert_eq!(arrived, [first.clone(), last.clone()], "a part of the same number was replaced");
        assert_eq!(subject.objects().parts(&upload, 2).await.unwrap(), std::slice::from_ref(&last));
    }
    assert_eq!(subject.objects().head(&subject.at("joined", None)).await.unwrap(), None, "not yet");
    let facts = subject.objects().complete(&upload, &[first.clone(), last.clone()]).await.unwrap();
    assert_eq!((facts.size, &facts.checksums.md5), (SMALLEST_PART + 3, &None));
    if !subject.storage.lenient {
        let again = subject.objects().complete(&upload, &[first, last]).await.unwrap();
        assert_eq!(again, facts, "who did not hear the answer asks again");
    }
    let place = subject.at("joined", facts.version.as_deref());
    let across = subject.objects().read(&place, SMALLEST_PART - 2..SMALLEST_PART + 2).await.unwrap();
    assert_eq!(across, "aaen");
    let late = subject.objects().put_part(&upload, 8, "late".into()).await.unwrap_err();
    assert!(subject.storage.lenient || matches!(late, ObjectError::Missing(_)), "{late:?}");
}

async fn only_what_is_whole_is_completed(subject: &Subject) {
    let upload = begun(subject, "unfit").await;
    let small = put(subject, &upload, 1, "small").await;
    let last = put(subject, &upload, 2, "end").await;
    let absent = Part { number: 3, ..last.clone() };
    let other = Part { etag: "\"0123456789abcdef0123456789abcdef\"".into(), ..last.clone() };
    for parts in [vec![small.clone(), last.clone()], vec![absent], vec![other]] {
        let refused = subject.objects().complete(&upload, &parts).await;
        assert!(matches!(refused, Err(ObjectError::Refused(_))), "{parts:?}: {refused:?}");
    }
    assert_eq!(subject.objects().head(&subject.at("unfit", None)).await.unwrap(), None);
    let facts = subject.objects().complete(&upload, &[last]).await.unwrap();
    assert_eq!(facts.size, 3, "parts that are not named are left out");
    assert_eq!(subject.all_of(&subject.at("unfit", None)).await, "end");
}

async fn what_is_given_up_is_gone(subject: &Subject) {
    let (kept, gone) = (begun(subject, "under/way").await, begun(subject, "under/gone").await);
    put(subject, &gone, 1, "part").await;
    subject.objects().abort(&gone).await.unwrap();
    subject.objects().abort(&gone).await.unwrap();
    let parts = subject.objects().parts(&gone, 0).await;
    assert!(matches!(parts, Err(ObjectError::Missing(_))), "{parts:?}");
    let ways = subject.objects().uploads(&subject.key("under/")).await.unwrap();
    let told: Vec<_> = ways.iter().map(|one| (one.key.as_str(), one.id.as_str())).collect();
    assert_eq!(told, [(kept.key.as_str(), kept.id.as_str())]);
    let begun = ways[0].begun.unwrap().seconds();
    assert!(subject.storage.lenient || (SystemClock.now().seconds() - begun).abs() < 60, "{begun}");
    subject.objects().abort(&kept).await.unwrap();
    assert_eq!(subject.objects().uploads(&subject.key("under/")).await.unwrap(), []);
}
