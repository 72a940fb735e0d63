//! Limits: each from both sides. What is refused writes nothing.

use super::*;

pub(super) async fn all(subject: &Subject) {
    changes(subject).await;
    keys(subject).await;
    each_key_once(subject).await;
    item_size(subject).await;
    work_size(subject).await;
    batches(subject).await;
    ids_and_revisions(subject).await;
}

async fn changes(subject: &Subject) {
    let with = |partition: &str, changes: usize, events: usize| {
        let mut work = work();
        for number in 0..changes {
            work.put(thing(&key(partition, &number.to_string()), 1), Expect::Absent);
        }
        for number in 0..events {
            work.emit(event(partition, number as u64, "thing.made"));
        }
        work
    };
    refused(subject.commit(&with("changes", 101, 0)).await);
    refused(subject.commit(&with("changes", 60, 41)).await);
    assert!(subject.query(THINGS, "changes", Page::default()).await.is_empty());
    subject.commit(&with("changes", 60, 40)).await.unwrap();
    subject.commit(&with("more-changes", 100, 0)).await.unwrap();
    assert_eq!(subject.query(THINGS, "changes", Page::default()).await.len(), 60);
    assert_eq!(subject.query(THINGS, "more-changes", Page::default()).await.len(), 100);
}

async fn keys(subject: &Subject) {
    let longest = key(&"p".repeat(2_048), &"s".repeat(1_024));
    subject.put(&longest, 1, json!(1), Expect::Absent).await.unwrap();
    assert_eq!(subject.revision(&longest).await, Some(1));
    let outside = [
        key("", "s"),
        key("p", ""),
        key(&"p".repeat(2_049), "s"),
        key("p", &"s".repeat(1_025)),
        key("p", &"ä".repeat(513)),
    ];
    for key in outside {
        refused(subject.put(&key, 1, json!(1), Expect::Absent).await);
        refused(subject.delete(&key, Expect::Any).await);
        assert_eq!(subject.get(&key).await, None, "nothing is where nothing can be");
        assert_eq!(subject.store.batch_get(&[key, longest.clone()]).await.unwrap()[0], None);
    }
    for partition in ["", &"p".repeat(2_049)] {
        assert!(subject.query(THINGS, partition, Page::default()).await.is_empty());
    }
    let mut silent = work();
    silent.count(key("counter", "s"), "", 1, 1);
    refused(subject.commit(&silent).await);
    let mut unsaid = work();
    unsaid.emit(event("", 1, "thing.made"));
    refused(subject.commit(&unsaid).await);
}

async fn each_key_once(subject: &Subject) {
    let key = key("each-key-once", "a");
    let mut twice = work();
    twice.put(thing(&key, 1), Expect::Absent).check(key.clone(), Expect::Absent);
    refused(subject.commit(&twice).await);
    let mut counted = work();
    counted.count(key.clone(), "a", 1, 9).count(key.clone(), "b", 1, 9);
    refused(subject.commit(&counted).await);
    assert_eq!(subject.get(&key).await, None);
}

async fn item_size(subject: &Subject) {
    let key = key("item-size", "a");
    refused(subject.put(&key, 1, json!(noise(450_000, 1)), Expect::Absent).await);
    let mut told = work();
    let mut large = event("item-size", 1, "thing.made");
    large.data = json!(noise(450_000, 1));
    told.put(thing(&key, 1), Expect::Absent).emit(large);
    refused(subject.commit(&told).await);
    assert_eq!(subject.get(&key).await, None);
    for (revision, body) in [(1, json!("a".repeat(20_000_000))), (2, json!(noise(390_000, 1)))] {
        let expect = if revision == 1 { Expect::Absent } else { Expect::At(Revision(1)) };
        subject.put(&key, revision, body.clone(), expect).await.unwrap();
        assert!(subject.get(&key).await.unwrap().body == body, "body {revision} came back changed");
    }
}

async fn work_size(subject: &Subject) {
    let of = |count: u64| {
        let mut work = work();
        for number in 0..count {
            let body = json!(noise(390_000, number));
            work.put(Item::new(key("work-size", &number.to_string()), Revision(1), body), Expect::Absent);
        }
        work
    };
    refused(subject.commit(&of(15)).await);
    assert!(subject.query(THINGS, "work-size", Page::default()).await.is_empty());
    subject.commit(&of(13)).await.unwrap();
    let stored = subject.query(THINGS, "work-size", Page::default()).await;
    assert_eq!(stored.len(), 13);
    for item in stored {
        assert!(
            item.body == json!(noise(390_000, item.key.sort.parse().unwrap())),
            "{} came back changed",
            item.key
        );
    }
}

async fn batches(subject: &Subject) {
    let keys: Vec<Key> = (0..101).map(|number| key("batches", &number.to_string())).collect();
    let mut made = work();
    for (number, key) in keys.iter().enumerate().filter(|(number, _)| number % 3 == 0) {
        made.put(thing(key, number as u64 + 1), Expect::Absent);
    }
    subject.commit(&made).await.unwrap();
    let mut asked = keys[..100].to_vec();
    asked.reverse();
    let found = subject.store.batch_get(&asked).await.unwrap();
    for (key, item) in asked.iter().zip(&found) {
        let number: u64 = key.sort.parse().unwrap();
        assert_eq!(
            item.clone(),
            number.is_multiple_of(3).then(|| thing(key, number + 1)),
            "the answer has the keys' order"
        );
    }
    assert_eq!(subject.store.batch_get(&[]).await.unwrap(), []);
    for wrong in [keys.clone(), vec![keys[0].clone(), keys[0].clone()]] {
        let outcome = subject.store.batch_get(&wrong).await;
        assert!(matches!(outcome, Err(StoreError::TooLarge(_))), "{outcome:?}");
    }
    let two = [Key::new(OTHERS, "batches", "0"), keys[0].clone()];
    let found = subject.store.batch_get(&two).await.unwrap();
    assert_eq!(found, [None, Some(thing(&keys[0], 1))], "tables may be mixed");
}

async fn ids_and_revisions(subject: &Subject) {
    for id in [String::new(), "i".repeat(37)] {
        let mut nameless = Work::new(id);
        nameless.put(thing(&key("ids", "a"), 1), Expect::Absent);
        refused(subject.commit(&nameless).await);
    }
    let highest = i64::MAX.unsigned_abs();
    let key = key("revisions", "a");
    refused(subject.put(&key, highest + 1, json!(1), Expect::Absent).await);
    subject.put(&key, highest, json!(1), Expect::Absent).await.unwrap();
    subject.check(&key, Expect::At(Revision(highest))).await.unwrap();
    let told = conflicts(subject.check(&key, Expect::At(Revision(highest - 1))).await);
    assert_eq!(told[0], expectation(&key, Expect::At(Revision(highest - 1)), Some(highest)));
}
