//! An index is made anew beside the one that is searched, and takes its place: nobody sees less than before.

use std::sync::atomic::{AtomicBool, Ordering};

use Generation::{Live, Next};

use super::*;

pub(super) async fn all(subject: &Subject) {
    nothing_is_made_unasked(subject).await;
    the_next_is_empty_and_taken_up(subject).await;
    writes_go_to_both(subject).await;
    what_is_filled_in_is_not_seen(subject).await;
    deletions_are_kept_beside(subject).await;
    documents_are_listed_by_id(subject).await;
    nothing_is_swapped_by_half(subject).await;
    nobody_sees_a_gap(subject).await;
    what_was_swapped_in_lives_on(subject).await;
    what_is_abandoned_is_gone(subject).await;
}

fn titled(text: &str) -> Value {
    json!({"metadata": {"title": text}})
}

async fn named(subject: &Subject, generation: Generation) -> Option<String> {
    subject.index.named(RECORDS.index, generation).await.unwrap()
}

async fn versions(subject: &Subject, generation: Generation, ids: &[&str]) -> Vec<Option<u64>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    subject.index.versions(RECORDS.index, generation, &ids).await.unwrap()
}

async fn count(subject: &Subject, generation: Generation) -> u64 {
    subject.index.flush().await.unwrap();
    subject.index.count(RECORDS.index, generation).await.unwrap()
}

/// Begins, and waits until all who write know it.
async fn begin(subject: &Subject) -> String {
    let name = subject.index.begin(RECORDS.index).await.unwrap();
    tokio::time::sleep(subject.index.notice()).await;
    name
}

async fn nothing_is_made_unasked(subject: &Subject) {
    let index = &subject.index;
    assert!(named(subject, Live).await.is_some());
    assert_eq!(named(subject, Next).await, None);
    assert!(index.fill(vec![record("a", 1, Some(titled("a")))]).await.is_err());
    assert!(index.swap(&[RECORDS.index]).await.is_err());
    assert!(index.count(RECORDS.index, Next).await.is_err());
    assert!(index.list(RECORDS.index, Next, None, 10).await.is_err());
    assert!(index.versions(RECORDS.index, Next, &["a".into()]).await.is_err());
    index.abandon(RECORDS.index).await.unwrap();
    for unknown in [index.begin("nosuch").await.err(), index.abandon("nosuch").await.err()] {
        assert!(unknown.is_some());
    }
}

async fn the_next_is_empty_and_taken_up(subject: &Subject) {
    subject.put("old", 3, titled("old")).await;
    let name = begin(subject).await;
    assert_eq!(subject.index.begin(RECORDS.index).await.unwrap(), name, "the one under way is taken up");
    assert_eq!(named(subject, Next).await, Some(name.clone()));
    assert_ne!(named(subject, Live).await, Some(name));
    assert_eq!((count(subject, Live).await, count(subject, Next).await), (1, 0));
    assert_eq!(versions(subject, Live, &["old", "nosuch"]).await, [Some(3), None]);
    assert_eq!(versions(subject, Next, &["old"]).await, [None]);
    assert_eq!(subject.index.version(RECORDS.index, "old").await.unwrap(), None, "the next lacks it");
    subject.assert_finds(any_word("old"), &["old"]).await;
}

async fn writes_go_to_both(subject: &Subject) {
    subject.put("both", 1, titled("both")).await;
    subject.put("both", 2, titled("both")).await;
    subject.put("both", 1, titled("late")).await;
    subject.assert_finds(any_word("both"), &["both"]).await;
    assert_eq!(versions(subject, Live, &["both"]).await, [Some(2)]);
    assert_eq!(versions(subject, Next, &["both"]).await, [Some(2)]);
    assert_eq!(subject.index.version(RECORDS.index, "both").await.unwrap(), Some(2));
    // What one has and the other lacks is written where it lacks.
    subject.put("old", 3, titled("old")).await;
    assert_eq!(versions(subject, Next, &["old"]).await, [Some(3)]);
    subject.index.write(vec![draft("elsewhere", 1, Some(titled("elsewhere")))], None).await.unwrap();
    assert_eq!((count(subject, Live).await, count(subject, Next).await), (2, 2));
}

async fn what_is_filled_in_is_not_seen(subject: &Subject) {
    let index = &subject.index;
    index.fill(vec![record("filled", 5, Some(titled("filled"))), record("filled", 4, None)]).await.unwrap();
    index.fill(vec![record("both", 1, Some(titled("stale")))]).await.unwrap();
    index.fill(Vec::new()).await.unwrap();
    assert_eq!((count(subject, Live).await, count(subject, Next).await), (2, 3));
    assert_eq!(versions(subject, Next, &["filled", "both"]).await, [Some(5), Some(2)]);
    assert_eq!(versions(subject, Live, &["filled"]).await, [None]);
    subject.assert_finds(any_word("filled"), &[]).await;
    assert!(index.fill(vec![draft("d", 1, Some(titled("d")))]).await.is_err(), "no drafts are being made");
}

/// Who read a document before it was deleted does not bring it back.
async fn deletions_are_kept_beside(subject: &Subject) {
    subject.put("deleted", 1, titled("deleted")).await;
    subject.delete("deleted", 2).await;
    subject.index.fill(vec![record("deleted", 1, Some(titled("deleted")))]).await.unwrap();
    subject.delete("unknown", 7).await;
    subject.index.fill(vec![record("unknown", 6, Some(titled("deleted")))]).await.unwrap();
    subject.index.fill(vec![record("filled", 6, None)]).await.unwrap();
    assert_eq!(versions(subject, Next, &["deleted", "unknown", "filled"]).await, [Some(2), Some(7), Some(6)]);
    assert_eq!((count(subject, Live).await, count(subject, Next).await), (2, 2));
}

async fn documents_are_listed_by_id(subject: &Subject) {
    let ids: Vec<String> =
        (0..25).map(|number| format!("l{number:02}")).chain(["Ä".into(), "A".into()]).collect();
    for chunk in ids.chunks(7) {
        let documents = chunk.iter().map(|id| record(id, 1, Some(titled("listed")))).collect();
        subject.index.write(documents, None).await.unwrap();
        subject.index.flush().await.unwrap();
    }
    let newer = ids.iter().step_by(3).map(|id| record(id, 2, Some(titled("listed"))));
    subject.index.write(newer.collect(), None).await.unwrap();
    subject.delete("l07", 9).await;
    subject.index.flush().await.unwrap();
    let mut wanted: Vec<(String, u64)> = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| *id != "l07")
        .map(|(place, id)| (id.clone(), if place % 3 == 0 { 2 } else { 1 }))
        .chain([("both".into(), 2), ("old".into(), 3)])
        .collect();
    wanted.sort_unstable();
    for generation in [Live, Next] {
        for most in [1, 5, 100] {
            let mut listed: Vec<(String, u64)> = Vec::new();
            loop {
                let after = listed.last().map(|(id, _)| id.clone());
                let page =
                    subject.index.list(RECORDS.index, generation, after.as_deref(), most).await.unwrap();
                let is_last = page.len() < most;
                assert!(page.len() <= most);
                listed.extend(page);
                if is_last {
                    break;
                }
            }
            assert_eq!(listed, wanted, "{generation:?}, {most} at a time");
        }
        let behind = subject.index.list(RECORDS.index, generation, Some("l235"), 2).await.unwrap();
        assert_eq!(behind, [("l24".to_owned(), 2), ("old".to_owned(), 3)], "behind an id that is not there");
        assert_eq!(count(subject, generation).await, wanted.len() as u64);
    }
}

async fn nothing_is_swapped_by_half(subject: &Subject) {
    let before = named(subject, Next).await;
    assert!(subject.index.swap(&[RECORDS.index, DRAFTS.index]).await.is_err(), "no drafts are being made");
    assert_eq!(named(subject, Next).await, before);
    subject.assert_finds(any_word("both"), &["both"]).await;
}

/// While two indices are swapped, somebody writes and finds it at once, somebody else counts.
async fn nobody_sees_a_gap(subject: &Subject) {
    let index = &subject.index;
    subject.put("gone", 1, titled("steady")).await;
    index.begin(DRAFTS.index).await.unwrap();
    tokio::time::sleep(index.notice()).await;
    index.fill(vec![draft("elsewhere", 1, Some(titled("elsewhere")))]).await.unwrap();
    let (fresh, over) = (named(subject, Next).await, AtomicBool::new(false));
    let least = count(subject, Live).await;
    let stranger = Search { indices: vec![RECORDS.index, DRAFTS.index], ..search(Query::All) };
    let looks = async {
        let mut most = least;
        while !over.load(Ordering::Relaxed) {
            let total = index.search(&stranger).await.unwrap().total;
            assert!(total > most, "{total} after {most}: less than there was");
            most = total - 1;
        }
    };
    let writes = async {
        let mut version = 1;
        while !over.load(Ordering::Relaxed) || version < 5 {
            version += 1;
            subject.put("steady", version, titled("steady")).await;
            let found = subject.find(search(Query::Ids(vec!["steady".into()]))).await;
            assert_eq!((found.total, found.hits[0].version), (1, version));
        }
        version
    };
    let swap = async {
        index.flush().await.unwrap();
        index.swap(&[RECORDS.index, DRAFTS.index]).await.unwrap();
        over.store(true, Ordering::Relaxed);
    };
    let (version, (), ()) = futures::join!(writes, looks, swap);
    assert_eq!((named(subject, Live).await, named(subject, Next).await), (fresh, None));
    assert_eq!(versions(subject, Live, &["steady", "deleted"]).await, [Some(version), Some(2)]);
    subject.assert_finds(any_word("steady"), &["steady", "gone"]).await;
    assert_eq!(index.search(&search(any_word("elsewhere"))).await.unwrap().total, 0);
    let elsewhere = Search { indices: vec![DRAFTS.index], ..search(any_word("elsewhere")) };
    assert_eq!(index.search(&elsewhere).await.unwrap().total, 1);
}

async fn what_was_swapped_in_lives_on(subject: &Subject) {
    subject.put("deleted", 2, titled("risen")).await;
    subject.delete("gone", 2).await;
    subject.put("fresh", 1, titled("steady")).await;
    subject.assert_finds(any_word("steady"), &["steady", "fresh"]).await;
    subject.assert_finds(any_word("risen"), &[]).await;
    assert!(subject.index.fill(vec![record("x", 1, None)]).await.is_err(), "nothing is being made any more");
    assert!(subject.index.swap(&[RECORDS.index]).await.is_err());
}

async fn what_is_abandoned_is_gone(subject: &Subject) {
    let before = named(subject, Live).await;
    let first = begin(subject).await;
    subject.index.fill(vec![record("lost", 1, Some(titled("lost")))]).await.unwrap();
    subject.index.abandon(RECORDS.index).await.unwrap();
    assert_eq!((named(subject, Live).await, named(subject, Next).await), (before, None));
    let second = begin(subject).await;
    assert_ne!(first, second, "no name comes twice");
    assert_eq!(count(subject, Next).await, 0);
    subject.index.abandon(RECORDS.index).await.unwrap();
    subject.put("lost", 1, titled("lost")).await;
    subject.assert_finds(any_word("lost"), &["lost"]).await;
}
