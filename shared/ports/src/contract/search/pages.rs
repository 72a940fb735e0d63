//! The order of hits, and pages that neither repeat nor miss one.

use std::collections::BTreeMap;

use super::*;

/// Enough for many segments and several pages of the largest size.
const MANY: u64 = 5_000;

pub(super) async fn all(subject: &Subject) {
    write_many(subject).await;
    pages_partition(subject).await;
    orders(subject).await;
    deep_pages(subject).await;
    missing_values_come_last(subject).await;
    two_indices_in_one_list(subject).await;
    cursors(subject).await;
    cursors_in_a_list_that_changes(subject).await;
}

fn id(number: u64) -> String {
    // Ids do not follow the order in which the documents come.
    format!("{:05}", number * 3_331 % MANY)
}

async fn write_many(subject: &Subject) {
    let documents: Vec<Document> = (0..MANY)
        .map(|number| {
            let created =
                format!("2020-01-01T{:02}:{:02}:{:02}Z", number / 3_600, number / 60 % 60, number % 60);
            let source = json!({"id": id(number), "created": created, "versions": {"index": number % 7},
                "access": {"status": format!("s{}", number % 3)}, "metadata": {"title": "one of many"}});
            record(&id(number), 1, Some(source))
        })
        .collect();
    for batch in documents.chunks(200) {
        subject.write(batch.to_vec()).await;
    }
}

async fn pages_partition(subject: &Subject) {
    for sort in
        [vec![by("created", true)], vec![by("versions.index", false)], vec![Sort::Relevance], Vec::new()]
    {
        let mut seen = BTreeSet::new();
        for page in 0.. {
            let (size, sort) = (377, sort.clone());
            let found =
                subject.find(Search { sort, from: page * size, size, ..search(any_word("many")) }).await;
            assert_eq!(found.total, MANY);
            let fresh = found.hits.iter().filter(|hit| seen.insert(hit.id.clone())).count();
            assert_eq!(fresh, found.hits.len(), "a hit on two pages");
            if found.hits.len() < size {
                break;
            }
        }
        assert_eq!(seen.len() as u64, MANY);
    }
}

async fn orders(subject: &Subject) {
    let first = |sort: Vec<Sort>| async {
        let found = subject.find(Search { sort, size: 3, ..search(Query::All) }).await;
        found.hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    assert_eq!(first(vec![by("created", false)]).await, [id(0), id(1), id(2)]);
    assert_eq!(first(vec![by("created", true)]).await, [id(MANY - 1), id(MANY - 2), id(MANY - 3)]);
    let mut ties: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for number in 0..MANY {
        ties.entry(number % 7).or_default().insert(id(number));
    }
    let smallest = |key: u64| ties[&key].iter().take(3).cloned().collect::<Vec<_>>();
    assert_eq!(first(vec![by("versions.index", false)]).await, smallest(0), "ties by id");
    assert_eq!(first(vec![by("versions.index", true)]).await, smallest(6), "ties by id, ascending");
    let two = first(vec![by("access.status", true), by("versions.index", false)]).await;
    let wanted: BTreeSet<String> = (0..MANY).filter(|n| n % 3 == 2 && n % 7 == 0).map(id).collect();
    assert_eq!(two, wanted.into_iter().take(3).collect::<Vec<_>>());
    assert_eq!(first(vec![Sort::Relevance]).await, ["00000", "00001", "00002"], "equal matches by id");
}

async fn deep_pages(subject: &Subject) {
    let at = |from, size| async move {
        subject.find(Search { sort: vec![by("created", false)], from, size, ..search(Query::All) }).await
    };
    let last = usize::try_from(MANY).unwrap() - 1;
    assert_eq!(found_ids(&at(last, 10).await), [id(MANY - 1)]);
    assert!(at(last + 1, 10).await.hits.is_empty());
    assert_eq!(at(last + 1, 10).await.total, MANY);
    assert!(at(0, 0).await.hits.is_empty());
    assert_eq!(at(0, 10_000).await.hits.len(), last + 1);
}

async fn missing_values_come_last(subject: &Subject) {
    for (id, created) in [("zz-none", None), ("zz-old", Some("1990-01-01")), ("zz-new", Some("2030-01-01"))] {
        subject.put(id, 1, json!({"created": created, "metadata": {"title": "zebra"}})).await;
    }
    for (descending, wanted) in
        [(false, ["zz-old", "zz-new", "zz-none"]), (true, ["zz-new", "zz-old", "zz-none"])]
    {
        let found =
            subject.find(Search { sort: vec![by("created", descending)], ..search(any_word("zebra")) }).await;
        assert_eq!(found_ids(&found), wanted);
        let by_text = Search { sort: vec![by("access.status", descending)], ..search(any_word("zebra")) };
        assert_eq!(
            found_ids(&subject.find(by_text).await),
            ["zz-new", "zz-none", "zz-old"],
            "all missing: by id"
        );
    }
    let unknown = Search { sort: vec![by("nosuch", true)], ..search(any_word("zebra")) };
    assert_eq!(found_ids(&subject.find(unknown).await), ["zz-new", "zz-none", "zz-old"]);
}

async fn two_indices_in_one_list(subject: &Subject) {
    let at = |minute: u32| {
        Some(json!({"created": format!("2040-01-01T00:{minute:02}Z"), "metadata": {"title": "yak"}}))
    };
    let mut documents = Vec::new();
    for minute in 0..20 {
        let make = if minute % 3 == 0 { draft } else { record };
        documents.push(make(&format!("y{minute:02}"), 1, at(minute)));
    }
    subject.write(documents).await;
    let mut seen = Vec::new();
    for page in 0..4 {
        let found = subject
            .find(Search {
                indices: vec![RECORDS.index, DRAFTS.index],
                sort: vec![by("created", true)],
                from: page * 6,
                size: 6,
                ..search(any_word("yak"))
            })
            .await;
        assert_eq!(found.total, 20);
        seen.extend(found.hits.into_iter().map(|hit| hit.id));
    }
    let wanted: Vec<String> = (0..20).rev().map(|minute| format!("y{minute:02}")).collect();
    assert_eq!(seen, wanted);
}

fn of_both(sort: Vec<Sort>) -> Search {
    let some = Query::Terms { field: "versions.index".into(), values: vec!["1".into(), "2".into()] };
    let query = Query::any_of([some, any_word("zebra yak")]);
    Search { indices: vec![RECORDS.index, DRAFTS.index], sort, size: 2_000, ..search(query) }
}

/// Pages by cursor are the whole list cut into pieces, whatever its order.
async fn cursors(subject: &Subject) {
    for sort in [
        vec![by("created", true)],
        vec![by("created", false)],
        vec![by("access.status", true), by("versions.index", false)],
        vec![by("access.status", false), Sort::Relevance],
        vec![by("nosuch", true)],
        vec![Sort::Relevance],
        Vec::new(),
    ] {
        let whole = subject.find(of_both(sort.clone())).await;
        assert_eq!(whole.next, None);
        let (mut after, mut seen, mut pages) = (None, Vec::new(), 0);
        loop {
            let found = subject.find(Search { size: 367, after, ..of_both(sort.clone()) }).await;
            assert_eq!(found.total, whole.total);
            seen.extend(found.hits);
            pages += 1;
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        let ids = |hits: &[Hit]| hits.iter().map(|hit| hit.id.clone()).collect::<Vec<_>>();
        assert_eq!((ids(&seen), pages), (ids(&whole.hits), 4), "{sort:?}");
    }
    for wrong in [json!(7), json!({"values": [], "id": "x", "index": 0}), json!([])] {
        let search = Search { after: Some(wrong), ..of_both(vec![by("created", true)]) };
        assert!(matches!(subject.index.search(&search).await, Err(SearchError::BadQuery(_))));
    }
}

/// What comes before a cursor, or was there when it was made, moves nothing behind it.
async fn cursors_in_a_list_that_changes(subject: &Subject) {
    for sort in [vec![by("created", true)], vec![by("access.status", true), by("created", false)]] {
        let page = |after| Search { after, size: 3, ..of_both(sort.clone()) };
        let six = subject.find(Search { size: 6, ..page(None) }).await;
        let first = subject.find(page(None)).await;
        let source = json!({"id": "head", "created": "2050-01-01", "access": {"status": "s9"},
            "metadata": {"title": "yak"}});
        subject.put("head", 1, source).await;
        let last = first.hits.last().unwrap();
        let gone = Document { index: RECORDS.index, id: last.id.clone(), version: 9, source: None };
        subject.write(vec![gone]).await;
        let second = subject.find(page(first.next)).await;
        assert_eq!(found_ids(&second), found_ids(&six)[3..], "{sort:?}");
        subject.delete("head", 2).await;
    }
}
