//! The change feed: every event of every commit, once, and those of a subject in order.

use std::collections::BTreeMap;

use cairn_model::table::OUTBOX;

use super::*;
use crate::store::OutboxRow;

pub(super) async fn all(subject: &Subject) {
    assert_eq!(read(subject, 10).await, []);
    let told = tell(subject).await;
    for limit in [0, 1, 3, 1_000] {
        assert_eq!(by_subject(&read(subject, limit).await), told, "in pieces of {limit}");
    }
    deliver(subject, told).await;
    same_revision_again(subject).await;
}

/// Commits of several subjects in turn, with one to three events each.
async fn tell(subject: &Subject) -> BTreeMap<String, Vec<Event>> {
    let mut told: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for revision in [1, 2, 3, 9, 10, 11, 1_000_000] {
        for name in ["records/a", "records/ä", "users/1"] {
            let mut changed = work();
            changed.put(thing(&key(name, &revision.to_string()), revision), Expect::Absent);
            for number in 0..=(revision % 3) {
                let event = event(name, revision, &format!("thing.changed-{number}"));
                told.entry(name.into()).or_default().push(event.clone());
                changed.emit(event);
            }
            subject.commit(&changed).await.unwrap();
        }
    }
    told
}

async fn read(subject: &Subject, limit: usize) -> Vec<OutboxRow> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let piece = subject.store.changes(after.as_ref(), limit).await.unwrap();
        assert!(limit == 0 || piece.rows.len() <= limit, "a piece is longer than its limit");
        rows.extend(piece.rows);
        match piece.next {
            None => return rows,
            next => after = next,
        }
    }
}

fn by_subject(rows: &[OutboxRow]) -> BTreeMap<String, Vec<Event>> {
    let mut events: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for row in rows {
        assert_eq!((row.key.table, row.key.partition.as_str()), (OUTBOX, row.event.subject.as_str()));
        assert!(row.key.sort.starts_with(&format!("{:020}#", row.event.revision.0)));
        events.entry(row.event.subject.clone()).or_default().push(row.event.clone());
    }
    events
}

/// Rows go when they are delivered, one by one or many at once, even twice; the others stay.
async fn deliver(subject: &Subject, mut told: BTreeMap<String, Vec<Event>>) {
    let rows = read(subject, 0).await;
    let (delivered, waiting): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.event.subject != "users/1");
    for _ in 0..2 {
        let mut done = work();
        for row in &delivered {
            done.delete(row.key.clone(), Expect::Any);
        }
        subject.commit(&done).await.unwrap();
    }
    told.retain(|name, _| name == "users/1");
    assert_eq!(by_subject(&read(subject, 2).await), told);
    for row in waiting {
        subject.delete(&row.key, Expect::Any).await.unwrap();
    }
    assert_eq!(read(subject, 0).await, []);
}

/// A subject that was deleted and made again, or told of twice at one revision: no event takes another's place.
async fn same_revision_again(subject: &Subject) {
    for kind in ["thing.made", "thing.deleted", "thing.made"] {
        let mut told = work();
        told.emit(event("records/again", 1, kind));
        subject.commit(&told).await.unwrap();
    }
    assert_eq!(read(subject, 0).await.len(), 3);
}
