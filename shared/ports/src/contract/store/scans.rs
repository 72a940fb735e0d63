//! Scans: the segments of a table are together exactly the table.

use std::collections::BTreeMap;

use super::*;
use crate::store::{Scanned, Segment};

pub(super) async fn all(subject: &Subject) {
    let made = make(subject).await;
    for (of, limit) in [(1, 0), (1, 7), (3, 10), (16, 1_000)] {
        let mut seen = BTreeMap::new();
        for index in 0..of {
            for item in scan(subject, Segment { index, of }, limit).await {
                assert!(seen.insert(item.key.clone(), item).is_none(), "an item was read twice");
            }
        }
        assert!(seen == made, "{of} segments read {} of {} items", seen.len(), made.len());
    }
    let nothing: Scanned = subject.store.scan_segment(OTHERS, Segment::WHOLE, None, 0).await.unwrap();
    assert_eq!((nothing.items.len(), nothing.next), (1, None), "tables are apart");
}

async fn make(subject: &Subject) -> BTreeMap<Key, Item> {
    let mut made = BTreeMap::new();
    for partition in 0..40 {
        let mut filled = work();
        for sort in 0..=(partition % 7) {
            let item = thing(&key(&format!("part \"{partition}\""), &format!("{sort}\0ä")), sort + 1);
            made.insert(item.key.clone(), item.clone());
            filled.put(item, Expect::Absent);
        }
        filled.emit(event("scans", partition, "part.filled"));
        subject.commit(&filled).await.unwrap();
    }
    let mut other = work();
    other.put(thing(&Key::new(OTHERS, "a", "a"), 1), Expect::Absent);
    subject.commit(&other).await.unwrap();
    made
}

async fn scan(subject: &Subject, segment: Segment, limit: usize) -> Vec<Item> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let piece = subject.store.scan_segment(THINGS, segment, after.as_ref(), limit).await.unwrap();
        let (keys, next) = subject.store.scan_keys(THINGS, segment, after.as_ref(), limit).await.unwrap();
        let of_items: Vec<&Key> = piece.items.iter().map(|item| &item.key).collect();
        assert_eq!((keys.iter().collect::<Vec<_>>(), &next), (of_items, &piece.next));
        assert!(limit == 0 || piece.items.len() <= limit, "a piece is longer than its limit");
        items.extend(piece.items);
        match piece.next {
            None => return items,
            next => after = next,
        }
    }
}
