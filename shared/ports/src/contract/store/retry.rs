//! Committing the same work again: what makes a retry safe after an unknown outcome.

use super::*;

pub(super) async fn all(subject: &Subject) {
    subject.commit(&work()).await.unwrap();
    once(subject).await;
    after_a_conflict(subject).await;
    another_work(subject).await;
}

async fn once(subject: &Subject) {
    let (made, counted) = (key("once", "made"), key("once", "counted"));
    let mut first = work();
    first.put(thing(&made, 1), Expect::Absent).count(counted.clone(), "uses", 1, 10).emit(event(
        "once",
        1,
        "thing.made",
    ));
    for _ in 0..3 {
        subject.commit(&first).await.unwrap();
    }
    subject.put(&made, 2, json!("later"), Expect::At(Revision(1))).await.unwrap();
    subject.commit(&first).await.unwrap();
    assert_eq!(subject.revision(&made).await, Some(2), "what came after the first commit stays");
    assert_eq!(subject.get(&counted).await.unwrap().counters["uses"], 1);
    assert_eq!(subject.store.changes(None, 10).await.unwrap().rows.len(), 1);
}

async fn after_a_conflict(subject: &Subject) {
    let key = key("after-a-conflict", "a");
    let mut second = work();
    second.put(thing(&key, 2), Expect::At(Revision(1)));
    assert_eq!(conflicts(subject.commit(&second).await).len(), 1);
    subject.put(&key, 1, json!(1), Expect::Absent).await.unwrap();
    subject.commit(&second).await.unwrap();
    assert_eq!(subject.revision(&key).await, Some(2), "a work that did not happen may still happen");
}

/// An id that comes with another content is a mistake, not a retry: it must not pass for success.
async fn another_work(subject: &Subject) {
    let key = key("another-work", "a");
    let mut first = work();
    first.put(thing(&key, 1), Expect::Absent);
    subject.commit(&first).await.unwrap();
    let mut second = Work::new(first.id);
    second.put(thing(&key, 2), Expect::At(Revision(1)));
    let outcome = subject.commit(&second).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert_eq!(subject.revision(&key).await, Some(1));
}
