//! Sixteen writers at once.

use futures::future::join_all;

use super::*;

const WRITERS: u64 = 16;

pub(super) async fn all(subject: &Subject) {
    one_revision(subject).await;
    one_claim(subject).await;
    one_counter(subject).await;
    apart(subject).await;
    moving_about(subject).await;
}

/// Of all writers with one expected revision exactly one wins, with all that its work holds.
async fn one_revision(subject: &Subject) {
    let (key, claims) = (key("one-revision", "a"), "one-revision-claims");
    subject.put(&key, 1, json!(0), Expect::Absent).await.unwrap();
    for revision in 1..=5 {
        let outcomes = join_all((0..WRITERS).map(|writer| {
            let mut changed = work();
            changed
                .put(
                    Item::new(key.clone(), Revision(revision + 1), json!(writer)),
                    Expect::At(Revision(revision)),
                )
                .put(thing(&self::key(claims, &format!("{revision}-{writer}")), 1), Expect::Absent)
                .emit(event("one-revision", revision + 1, "thing.changed"));
            async move { subject.commit(&changed).await }
        }))
        .await;
        let winner = only_winner(outcomes);
        assert_eq!(subject.get(&key).await.unwrap().body, json!(winner));
        let claimed =
            subject.query(THINGS, claims, Page { prefix: format!("{revision}-"), ..Page::default() }).await;
        assert_eq!(claimed.len(), 1, "what belongs to a loser is not there");
    }
    assert_eq!(subject.store.changes(None, 100).await.unwrap().rows.len(), 5);
}

fn only_winner(outcomes: Vec<Result<(), StoreError>>) -> usize {
    let mut winners = Vec::new();
    for (writer, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(()) => winners.push(writer),
            lost => assert!(!conflicts(lost).is_empty()),
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?} won");
    winners[0]
}

async fn one_claim(subject: &Subject) {
    let key = key("one-claim", "doi");
    let claims = (0..WRITERS).map(|writer| subject.put(&key, 1, json!(writer), Expect::Absent));
    let winner = only_winner(join_all(claims).await);
    assert_eq!(subject.get(&key).await.unwrap().body, json!(winner));
}

/// However many count at once, the sum is within its bounds, and what was granted is what was counted.
async fn one_counter(subject: &Subject) {
    let key = key("one-counter", "a");
    let grants = join_all((0..WRITERS).map(|_| granted(subject, &key))).await;
    assert_eq!(grants.into_iter().filter(|granted| *granted).count(), 10);
    assert_eq!(subject.get(&key).await.unwrap().counters["uses"], 30);
}

async fn granted(subject: &Subject, key: &Key) -> bool {
    loop {
        match subject.count(key, "uses", 3, 32).await {
            Ok(()) => return true,
            lost => {
                if conflicts(lost).iter().any(|conflict| matches!(conflict, Conflict::Counter { .. })) {
                    return false;
                }
            }
        }
    }
}

async fn apart(subject: &Subject) {
    let outcomes = join_all((0..WRITERS * 4).map(|writer| {
        let mut made = work();
        made.put(thing(&key("apart", &writer.to_string()), 1), Expect::Absent).emit(event(
            &format!("apart/{writer}"),
            1,
            "thing.made",
        ));
        async move { subject.commit(&made).await }
    }))
    .await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(subject.query(THINGS, "apart", Page::default()).await.len() as u64, WRITERS * 4);
}

/// Works that touch the same items in another order neither block each other nor lose an update.
async fn moving_about(subject: &Subject) {
    let keys = ["a", "b"].map(|sort| key("moving-about", sort));
    for key in &keys {
        subject.count(key, "coins", 100, 200).await.unwrap();
    }
    let (keys, moves) = (&keys, 0..WRITERS);
    join_all(moves.map(|writer| async move {
        let (from, to) = if writer % 2 == 0 { (0, 1) } else { (1, 0) };
        loop {
            let mut transfer = work();
            transfer.count(keys[from].clone(), "coins", -5, 200).count(keys[to].clone(), "coins", 5, 200);
            match subject.commit(&transfer).await {
                Ok(()) => break,
                lost => {
                    assert!(conflicts(lost).iter().all(|conflict| matches!(conflict, Conflict::Busy { .. })));
                }
            }
        }
    }))
    .await;
    for key in keys {
        assert_eq!(subject.get(key).await.unwrap().counters["coins"], 100);
    }
}
