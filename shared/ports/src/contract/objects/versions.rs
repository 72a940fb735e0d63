//! Versions of a key, one after the other; copies; lists.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};

use super::*;
use crate::objects::{Listed, ObjectError};

/// More than one piece of a listing.
const MANY: usize = 1_005;

pub(super) async fn all(subject: &Subject) {
    an_older_version_stays_until_it_is_deleted(subject).await;
    a_deletion_without_a_version_leaves_a_mark(subject).await;
    copies_stand_alone(subject).await;
    lists_have_pieces(subject).await;
}

async fn an_older_version_stays_until_it_is_deleted(subject: &Subject) {
    let (first, _) = subject.put("versions", b"first").await;
    let (second, _) = subject.put("versions", b"second").await;
    assert_ne!(first.version, second.version);
    let newest = subject.at("versions", None);
    for (place, bytes) in [(&first, "first"), (&second, "second"), (&newest, "second")] {
        assert_eq!(subject.all_of(place).await, bytes);
    }
    let listed = subject.objects().list(&subject.key("versions"), None).await.unwrap();
    let told = |one: &Listed| (one.place.version.clone(), one.size, one.latest, one.deleted);
    let mut told: Vec<_> = listed.objects.iter().map(told).collect();
    told.sort_by_key(|(_, size, ..)| *size);
    assert_eq!(told, [(first.version.clone(), 5, false, false), (second.version.clone(), 6, true, false)]);
    subject.objects().delete(&second).await.unwrap();
    subject.objects().delete(&second).await.unwrap();
    assert_eq!(subject.objects().head(&second).await.unwrap(), None);
    assert_eq!(subject.all_of(&newest).await, "first");
    subject.objects().delete(&first).await.unwrap();
    assert_eq!(subject.objects().head(&newest).await.unwrap(), None);
    assert!(subject.objects().list(&subject.key("versions"), None).await.unwrap().objects.is_empty());
}

async fn a_deletion_without_a_version_leaves_a_mark(subject: &Subject) {
    let (kept, _) = subject.put("marked", b"kept").await;
    let newest = subject.at("marked", None);
    subject.objects().delete(&newest).await.unwrap();
    assert_eq!(subject.objects().head(&newest).await.unwrap(), None);
    assert_eq!(subject.all_of(&kept).await, "kept");
    let listed = subject.objects().list(&subject.key("marked"), None).await.unwrap().objects;
    let mark = listed.iter().find(|one| one.deleted).unwrap();
    assert!(listed.len() == 2 && mark.latest);
    subject.objects().delete(&Place { location: String::new(), ..mark.place.clone() }).await.unwrap();
    assert_eq!(subject.all_of(&newest).await, "kept");
}

async fn copies_stand_alone(subject: &Subject) {
    let (old, facts) = subject.put("source ü+", b"old").await;
    let (new, _) = subject.put("source ü+", b"newer").await;
    let copied = subject.objects().copy(&old, &subject.key("copy")).await.unwrap();
    assert_eq!((copied.size, &copied.checksums.md5), (3, &facts.checksums.md5));
    let latest = subject.at("source ü+", None);
    subject.objects().copy(&latest, &subject.key("copy of the latest")).await.unwrap();
    for place in [&old, &new] {
        subject.objects().delete(place).await.unwrap();
    }
    assert_eq!(subject.all_of(&subject.at("copy", copied.version.as_deref())).await, "old");
    assert_eq!(subject.all_of(&subject.at("copy of the latest", None)).await, "newer");
    let missing = subject.objects().copy(&latest, &subject.key("none")).await;
    assert!(matches!(missing, Err(ObjectError::Missing(_))), "{missing:?}");
    assert_eq!(subject.objects().head(&subject.at("none", None)).await.unwrap(), None);
}

async fn lists_have_pieces(subject: &Subject) {
    let prefix = subject.key("many/");
    let puts = (0..MANY).map(|at| {
        let key = format!("{prefix}{at:05}");
        async move { subject.objects().put(&key, Bytes::from_static(b"x")).await.unwrap() }
    });
    stream::iter(puts).buffer_unordered(16).for_each(|_| async {}).await;
    let (mut found, mut after, mut pieces) = (BTreeSet::new(), None, 0);
    loop {
        let piece = subject.objects().list(&prefix, after.as_deref()).await.unwrap();
        assert!(
            piece.objects.len() <= 1_000 && piece.objects.is_sorted_by(|a, b| a.place.key <= b.place.key)
        );
        found.extend(piece.objects.into_iter().map(|one| one.place.key));
        pieces += 1;
        after = piece.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((found.len(), pieces), (MANY, 2));
    assert!(subject.objects().list(&subject.key("nobody/"), None).await.unwrap().objects.is_empty());
}
