//! Expectations: each kind, what a conflict tells, and that a work is stored wholly or not at all.

use super::*;

pub(super) async fn all(subject: &Subject) {
    absent(subject).await;
    at(subject).await;
    exists(subject).await;
    deletes(subject).await;
    checks(subject).await;
    nothing_expected(subject).await;
    all_or_nothing(subject).await;
    other_places(subject).await;
}

async fn absent(subject: &Subject) {
    let key = key("absent", "a");
    subject.put(&key, 1, json!("first"), Expect::Absent).await.unwrap();
    let told = conflicts(subject.put(&key, 9, json!("second"), Expect::Absent).await);
    assert_eq!(told, [expectation(&key, Expect::Absent, Some(1))]);
    assert_eq!(subject.get(&key).await, Some(Item::new(key, Revision(1), json!("first"))));
}

async fn at(subject: &Subject) {
    let key = key("at", "a");
    let second = Expect::At(Revision(2));
    let told = conflicts(subject.put(&key, 3, json!(3), second).await);
    assert_eq!(told, [expectation(&key, second, None)]);
    assert_eq!(subject.get(&key).await, None);
    subject.put(&key, 2, json!(2), Expect::Absent).await.unwrap();
    subject.put(&key, 3, json!(3), second).await.unwrap();
    let told = conflicts(subject.put(&key, 4, json!(4), second).await);
    assert_eq!(told, [expectation(&key, second, Some(3))]);
    assert_eq!(subject.revision(&key).await, Some(3));
}

async fn exists(subject: &Subject) {
    let key = key("exists", "a");
    let told = conflicts(subject.put(&key, 1, json!(1), Expect::Exists).await);
    assert_eq!(told, [expectation(&key, Expect::Exists, None)]);
    subject.put(&key, 7, json!(7), Expect::Absent).await.unwrap();
    subject.put(&key, 3, json!(3), Expect::Exists).await.unwrap();
    assert_eq!(subject.revision(&key).await, Some(3), "the caller's revision is stored, whatever was there");
}

async fn deletes(subject: &Subject) {
    let key = key("deletes", "a");
    subject.delete(&key, Expect::Any).await.unwrap();
    subject.delete(&key, Expect::Absent).await.unwrap();
    let told = conflicts(subject.delete(&key, Expect::Exists).await);
    assert_eq!(told, [expectation(&key, Expect::Exists, None)]);
    subject.put(&key, 1, json!(1), Expect::Absent).await.unwrap();
    for expect in [Expect::Absent, Expect::At(Revision(2))] {
        let told = conflicts(subject.delete(&key, expect).await);
        assert_eq!(told, [expectation(&key, expect, Some(1))]);
        assert_eq!(subject.revision(&key).await, Some(1));
    }
    subject.delete(&key, Expect::At(Revision(1))).await.unwrap();
    assert_eq!(subject.get(&key).await, None);
    subject.put(&key, 1, json!(1), Expect::Absent).await.unwrap();
    subject.delete(&key, Expect::Exists).await.unwrap();
    assert_eq!(subject.get(&key).await, None);
}

async fn checks(subject: &Subject) {
    let key = key("checks", "a");
    subject.check(&key, Expect::Absent).await.unwrap();
    for expect in [Expect::Exists, Expect::At(Revision(1))] {
        let told = conflicts(subject.check(&key, expect).await);
        assert_eq!(told, [expectation(&key, expect, None)]);
    }
    subject.put(&key, 1, json!(1), Expect::Absent).await.unwrap();
    subject.check(&key, Expect::Exists).await.unwrap();
    subject.check(&key, Expect::At(Revision(1))).await.unwrap();
    for expect in [Expect::Absent, Expect::At(Revision(2))] {
        let told = conflicts(subject.check(&key, expect).await);
        assert_eq!(told, [expectation(&key, expect, Some(1))]);
    }
    assert_eq!(subject.get(&key).await, Some(Item::new(key, Revision(1), json!(1))));
}

async fn nothing_expected(subject: &Subject) {
    let key = key("nothing-expected", "a");
    refused(subject.put(&key, 1, json!(1), Expect::Any).await);
    refused(subject.check(&key, Expect::Any).await);
    assert_eq!(subject.get(&key).await, None);
}

async fn all_or_nothing(subject: &Subject) {
    let sorts = ["new", "old", "doomed", "checked", "counted"];
    let [new, old, doomed, checked, counted] = sorts.map(|sort| key("all-or-nothing", sort));
    for key in [&old, &doomed, &checked] {
        subject.put(key, 1, json!("before"), Expect::Absent).await.unwrap();
    }
    let mixed = |old_is: u64, checked_is: u64, max: u64| {
        let mut work = work();
        work.put(thing(&new, 1), Expect::Absent)
            .put(thing(&old, 2), Expect::At(Revision(old_is)))
            .delete(doomed.clone(), Expect::At(Revision(1)))
            .check(checked.clone(), Expect::At(Revision(checked_is)))
            .count(counted.clone(), "uses", 5, max)
            .emit(event("all-or-nothing", 2, "thing.changed"));
        work
    };
    let told = conflicts(subject.commit(&mixed(8, 9, 4)).await);
    let bounded = Conflict::Counter { key: counted.clone(), counter: "uses".into() };
    assert_eq!(
        told,
        [
            expectation(&old, Expect::At(Revision(8)), Some(1)),
            expectation(&checked, Expect::At(Revision(9)), Some(1)),
            bounded
        ]
    );
    let keys = [&new, &old, &doomed, &checked, &counted].map(Key::clone);
    let revisions = async || {
        let items = subject.store.batch_get(&keys).await.unwrap();
        items.iter().map(|item| item.as_ref().map(|item| item.revision.0)).collect::<Vec<_>>()
    };
    assert_eq!(revisions().await, [None, Some(1), Some(1), Some(1), None]);
    assert_eq!(subject.store.changes(None, 10).await.unwrap().rows, []);
    subject.commit(&mixed(1, 1, 5)).await.unwrap();
    assert_eq!(revisions().await, [Some(1), Some(2), None, Some(1), Some(1)]);
    assert_eq!(subject.store.changes(None, 10).await.unwrap().rows.len(), 1);
}

/// An item is where it was put, and nowhere near.
async fn other_places(subject: &Subject) {
    let here = key("places", "ab");
    subject.put(&here, 1, json!(1), Expect::Absent).await.unwrap();
    let elsewhere = [
        key("places", "a"),
        key("places", "abc"),
        key("placesa", "b"),
        key("places", "AB"),
        key("ab", "places"),
        Key::new(OTHERS, "places", "ab"),
    ];
    for key in &elsewhere {
        subject.check(key, Expect::Absent).await.unwrap();
    }
    assert!(subject.store.batch_get(&elsewhere).await.unwrap().iter().all(Option::is_none));
}
