//! Writers see what they wrote at once, others soon; nobody sees half of a batch.

use futures::future::join_all;

use super::*;

/// How long others may wait: commits of one machine are up to 300 ms apart, a cluster refreshes every second.
const SOON: u32 = 2_000;

pub(super) async fn all(subject: &Subject) {
    writers_see_their_writes(subject).await;
    others_see_them_soon(subject).await;
    many_at_once(subject).await;
    a_flush_shows_all(subject).await;
}

fn titled(text: &str) -> Value {
    json!({"metadata": {"title": text}})
}

async fn writers_see_their_writes(subject: &Subject) {
    for version in 1..=20 {
        subject.put("mine", version, titled("mine")).await;
        let found = subject.find(search(any_word("mine"))).await;
        assert_eq!((found.total, found.hits[0].version), (1, version));
    }
    subject.delete("mine", 21).await;
    subject.assert_finds(any_word("mine"), &[]).await;
}

async fn others_see_them_soon(subject: &Subject) {
    subject.index.write(vec![record("theirs", 1, Some(titled("theirs")))], None).await.unwrap();
    let start = std::time::Instant::now();
    let stranger = Search { reader: Some(UserId("2".into())), ..search(any_word("theirs")) };
    while subject.index.search(&stranger).await.unwrap().total == 0 {
        assert!(start.elapsed().as_millis() < u128::from(SOON), "nobody sees the write");
    }
}

/// Sixteen users who write and search in turn, each their own document, while the versions grow.
async fn many_at_once(subject: &Subject) {
    let users = (0..16).map(|user| async move {
        let writer = UserId(format!("u{user}"));
        let id = format!("many{user}");
        for version in 1..=10 {
            let document = record(&id, version, Some(titled("crowd")));
            subject.index.write(vec![document], Some(&writer)).await.unwrap();
            let mine = Search { reader: Some(writer.clone()), ..search(Query::Ids(vec![id.clone()])) };
            let found = subject.index.search(&mine).await.unwrap();
            assert_eq!((found.total, found.hits[0].version), (1, version));
        }
    });
    join_all(users).await;
    subject.index.flush().await.unwrap();
    assert_eq!(subject.find(search(any_word("crowd"))).await.total, 16);
}

/// A document moves to and fro between two indices; whoever looks finds it in exactly one of them.
pub(super) async fn batches_are_seen_whole(subject: &Subject) {
    let moves = async {
        for version in 1..=40 {
            let (here, there) = if version % 2 == 0 { (true, false) } else { (false, true) };
            let source = |present: bool| present.then(|| titled("wanderer"));
            let batch =
                vec![record("wanderer", version, source(here)), draft("wanderer", version, source(there))];
            subject.write(batch).await;
            if version % 4 == 0 {
                subject.find(search(Query::Nothing)).await;
            }
        }
    };
    let looks = async {
        for _ in 0..60 {
            let both = Search { indices: vec![RECORDS.index, DRAFTS.index], ..search(any_word("wanderer")) };
            assert!(subject.index.search(&both).await.unwrap().total <= 1, "both states at once");
        }
    };
    futures::join!(moves, looks);
    subject.assert_finds(any_word("wanderer"), &["wanderer"]).await;
}

async fn a_flush_shows_all(subject: &Subject) {
    let documents = (0..50).map(|number| record(&format!("f{number}"), 1, Some(titled("flushed"))));
    subject.index.write(documents.collect(), None).await.unwrap();
    subject.index.flush().await.unwrap();
    let found = subject.index.search(&search(any_word("flushed"))).await.unwrap();
    assert_eq!(found.total, 50);
}
