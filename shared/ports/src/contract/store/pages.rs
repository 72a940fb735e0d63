//! Queries: every combination of prefix, start, direction and limit against a sorted list.

use super::*;

pub(super) async fn all(subject: &Subject) {
    combinations(subject).await;
    one_page(subject).await;
    many_bytes(subject).await;
    between_changes(subject).await;
}

const SORTS: [&str; 14] =
    ["a", "a\0", "a#1", "a#10", "a#2", "aa", "b", "b#", "z", "ä", "ää", "\u{ffff}", "😀", "\u{10ffff}"];

async fn combinations(subject: &Subject) {
    let mut made = work();
    for sort in SORTS {
        made.put(thing(&key("combinations", sort), 1), Expect::Absent);
        made.put(thing(&key("combination", sort), 1), Expect::Absent);
        made.put(thing(&Key::new(OTHERS, "combinations", format!("{sort}!")), 1), Expect::Absent);
    }
    subject.commit(&made).await.unwrap();
    let prefixes = ["", "a", "a#", "b#", "ä", "\u{10ffff}", "nowhere"];
    let starts =
        [None, Some(""), Some("a"), Some("a#1"), Some("a#15"), Some("b"), Some("å"), Some("\u{10ffff}z")];
    for prefix in prefixes {
        for after in starts {
            for (descending, limit) in [(false, 0), (true, 0), (false, 3), (true, 3)] {
                let page = Page { prefix: prefix.into(), after: after.map(Into::into), limit, descending };
                let found = subject.query(THINGS, "combinations", page.clone()).await;
                let found: Vec<&str> = found.iter().map(|item| item.key.sort.as_str()).collect();
                assert_eq!(found, expected(&page), "{page:?}");
            }
        }
    }
}

fn expected(page: &Page) -> Vec<&'static str> {
    let is_after = |sort: &str| match &page.after {
        None => true,
        Some(after) if page.descending => sort < after.as_str(),
        Some(after) => sort > after.as_str(),
    };
    let mut sorts: Vec<_> =
        SORTS.into_iter().filter(|sort| sort.starts_with(&page.prefix) && is_after(sort)).collect();
    sorts.sort_unstable();
    if page.descending {
        sorts.reverse();
    }
    sorts
}

async fn one_page(subject: &Subject) {
    let page = Page { limit: 1, ..Page::default() };
    let first = subject.store.query(THINGS, "combinations", &page).await.unwrap();
    assert_eq!((first.items.len(), first.next.as_deref()), (1, Some("a")));
    let nothing = subject.store.query(THINGS, "no such partition", &page).await.unwrap();
    assert_eq!((nothing.items.len(), nothing.next), (0, None));
}

/// More than fits into one answer: the pages together are still everything.
async fn many_bytes(subject: &Subject) {
    for number in 0..8 {
        let body = json!(noise(300_000, number));
        subject.put(&key("many-bytes", &number.to_string()), 1, body, Expect::Absent).await.unwrap();
    }
    let first =
        subject.store.query(THINGS, "many-bytes", &Page { limit: 100, ..Page::default() }).await.unwrap();
    assert!(first.items.len() < 8, "an answer ends after about 1 MB");
    let all = subject.query(THINGS, "many-bytes", Page::default()).await;
    assert_eq!(all.iter().map(|item| item.key.sort.as_str()).collect::<String>(), "01234567");
    assert!((0..).zip(&all).all(|(number, item)| item.body == json!(noise(300_000, number))));
}

/// A cursor is a place, not an item: it may be gone when the next page is read.
async fn between_changes(subject: &Subject) {
    let keys = ["1", "2", "3", "4"].map(|sort| key("between-changes", sort));
    for key in &keys {
        subject.put(key, 1, json!(1), Expect::Absent).await.unwrap();
    }
    let mut page = Page { limit: 2, ..Page::default() };
    page.after = subject.store.query(THINGS, "between-changes", &page).await.unwrap().next;
    subject.delete(&keys[1], Expect::Exists).await.unwrap();
    subject.delete(&keys[2], Expect::Exists).await.unwrap();
    subject.put(&key("between-changes", "21"), 1, json!(1), Expect::Absent).await.unwrap();
    let rest = subject.query(THINGS, "between-changes", page).await;
    assert_eq!(rest.iter().map(|item| item.key.sort.as_str()).collect::<Vec<_>>(), ["21", "4"]);
}
