//! Bounded counters.

use super::*;

pub(super) async fn all(subject: &Subject) {
    within_bounds(subject).await;
    beside_the_body(subject).await;
    large(subject).await;
    several_at_once(subject).await;
}

async fn several_at_once(subject: &Subject) {
    let key = key("several-at-once", "a");
    let count_all = async |counts: &[(&str, i64, u64)]| {
        let mut counting = work();
        let counts = counts.iter().map(|(counter, by, max)| Count::new(counter, *by, *max)).collect();
        counting.count_all(key.clone(), counts);
        subject.commit(&counting).await
    };
    count_all(&[("files", 1, 2), ("bytes", 70, 100), ("locked", 0, 0)]).await.unwrap();
    let full = |counter: &str| [Conflict::Counter { key: key.clone(), counter: counter.to_owned() }];
    let too_many = count_all(&[("files", 1, 2), ("bytes", 31, 100)]).await;
    assert_eq!(conflicts(too_many), full("bytes"), "the one that does not fit is named");
    assert_eq!(counter(subject, &key, "files").await, Some(1), "and none is changed");
    count_all(&[("files", -1, 0), ("locked", 1, 1)]).await.unwrap();
    assert_eq!(conflicts(count_all(&[("files", 1, 2), ("locked", 0, 0)]).await), full("locked"));
    assert!(matches!(count_all(&[]).await, Err(StoreError::TooLarge(_))));
    assert!(matches!(count_all(&[("files", 1, 9), ("files", 1, 9)]).await, Err(StoreError::TooLarge(_))));
}

async fn counter(subject: &Subject, key: &Key, name: &str) -> Option<u64> {
    subject.get(key).await?.counters.get(name).copied()
}

async fn within_bounds(subject: &Subject) {
    let key = key("within-bounds", "a");
    let full = [Conflict::Counter { key: key.clone(), counter: "bytes".into() }];
    assert_eq!(conflicts(subject.count(&key, "bytes", 11, 10).await), full);
    assert_eq!(conflicts(subject.count(&key, "bytes", -1, 10).await), full);
    assert_eq!(subject.get(&key).await, None);
    subject.count(&key, "bytes", 10, 10).await.unwrap();
    let made = Item {
        counters: [("bytes".to_owned(), 10)].into(),
        ..Item::new(key.clone(), Revision(1), json!({}))
    };
    assert_eq!(subject.get(&key).await, Some(made));
    assert_eq!(conflicts(subject.count(&key, "bytes", 1, 10).await), full);
    assert_eq!(conflicts(subject.count(&key, "bytes", -11, 10).await), full);
    subject.count(&key, "bytes", -4, 10).await.unwrap();
    subject.count(&key, "bytes", 0, 10).await.unwrap();
    assert_eq!(counter(subject, &key, "bytes").await, Some(6));
    assert_eq!(
        conflicts(subject.count(&key, "bytes", 0, 5).await),
        full,
        "the sum would be above a lower limit"
    );
    subject.count(&key, "bytes", -6, 0).await.unwrap();
    assert_eq!(counter(subject, &key, "bytes").await, Some(0));
}

async fn beside_the_body(subject: &Subject) {
    let key = key("beside-the-body", "a");
    let claimed = Item { counters: [("ignored".to_owned(), 99)].into(), ..thing(&key, 3) };
    let mut first = work();
    first.put(claimed, Expect::Absent);
    subject.commit(&first).await.unwrap();
    assert_eq!(subject.get(&key).await, Some(thing(&key, 3)), "a put does not touch counters");
    subject.count(&key, "files", 2, 10).await.unwrap();
    subject.count(&key, "größe in µ", 5, 10).await.unwrap();
    assert_eq!(subject.revision(&key).await, Some(3), "counting is no new revision");
    subject.put(&key, 4, json!("changed"), Expect::At(Revision(3))).await.unwrap();
    let counters = [("files".to_owned(), 2), ("größe in µ".to_owned(), 5)].into();
    let expected = Item { counters, ..Item::new(key.clone(), Revision(4), json!("changed")) };
    assert_eq!(subject.get(&key).await, Some(expected));
    subject.delete(&key, Expect::Exists).await.unwrap();
    subject.put(&key, 5, json!("again"), Expect::Absent).await.unwrap();
    assert_eq!(subject.get(&key).await, Some(Item::new(key, Revision(5), json!("again"))));
}

async fn large(subject: &Subject) {
    let key = key("large", "a");
    subject.count(&key, "bytes", i64::MAX, u64::MAX).await.unwrap();
    subject.count(&key, "bytes", i64::MAX, u64::MAX).await.unwrap();
    assert_eq!(counter(subject, &key, "bytes").await, Some(u64::MAX - 1));
    conflicts(subject.count(&key, "bytes", 2, u64::MAX).await);
    subject.count(&key, "bytes", 1, u64::MAX).await.unwrap();
    subject.count(&key, "bytes", i64::MIN, u64::MAX).await.unwrap();
    assert_eq!(counter(subject, &key, "bytes").await, Some(i64::MAX.unsigned_abs()));
}
