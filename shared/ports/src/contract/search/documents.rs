//! Documents come in with versions; older ones are ignored, whatever order they come in.

use super::*;
use crate::search::Hit;

pub(super) async fn all(subject: &Subject) {
    a_document_comes_back(subject).await;
    newer_replaces_older(subject).await;
    deletions_stay(subject).await;
    shuffled_versions(subject).await;
    a_batch_holds_both_states(subject).await;
    counts(subject).await;
    odd_documents(subject).await;
    unknown_indices(subject).await;
}

async fn a_document_comes_back(subject: &Subject) {
    let source =
        json!({"id": "a", "metadata": {"title": "One", "unmapped": [1, {"x": null}]}, "é\u{0}": "\u{1f600}"});
    subject.put("a", 7, source.clone()).await;
    let found = subject.find(search(Query::Ids(vec!["a".into(), "nosuch".into()]))).await;
    assert_eq!(found.total, 1);
    let hit = &found.hits[0];
    assert_eq!((hit.index.as_str(), hit.id.as_str(), hit.version), (RECORDS.index, "a", 7));
    assert_eq!(hit.source, source);
    assert_eq!(hit.source.to_string(), source.to_string(), "the order of keys is kept");
    let bare = Search { verbatim: Some("metadata"), ..search(Query::Ids(vec!["a".into()])) };
    let Hit { source: mut bare, verbatim, .. } = subject.find(bare).await.hits.remove(0);
    if let Some(text) = verbatim {
        assert_eq!(bare["metadata"], Value::Null);
        bare["metadata"] = serde_json::from_str(text.get()).unwrap();
    }
    assert_eq!(bare.to_string(), source.to_string(), "what nobody looks into is there all the same");
    assert_eq!(subject.index.version(RECORDS.index, "a").await.unwrap(), Some(7));
    assert_eq!(subject.index.version(RECORDS.index, "nosuch").await.unwrap(), None);
    assert_eq!(subject.index.version(DRAFTS.index, "a").await.unwrap(), None, "each index has its own ids");
}

async fn newer_replaces_older(subject: &Subject) {
    let title = |text: &str| json!({"metadata": {"title": text}});
    subject.put("b", 3, title("third")).await;
    subject.put("b", 2, title("second")).await;
    subject.put("b", 3, title("again")).await;
    let found = subject.find(search(Query::Ids(vec!["b".into()]))).await;
    assert_eq!((found.total, found.hits[0].version), (1, 3));
    assert_eq!(found.hits[0].source, title("third"));
    subject.put("b", 4, title("fourth")).await;
    subject.assert_finds(any_word("third"), &[]).await;
    subject.assert_finds(any_word("fourth"), &["b"]).await;
}

async fn deletions_stay(subject: &Subject) {
    let source = json!({"metadata": {"title": "fleeting"}});
    subject.put("c", 1, source.clone()).await;
    subject.delete("c", 2).await;
    subject.assert_finds(any_word("fleeting"), &[]).await;
    subject.assert_finds(Query::Ids(vec!["c".into()]), &[]).await;
    assert_eq!(subject.index.version(RECORDS.index, "c").await.unwrap(), Some(2));
    subject.put("c", 1, source.clone()).await;
    subject.put("c", 2, source.clone()).await;
    subject.assert_finds(any_word("fleeting"), &[]).await;
    subject.put("c", 3, source.clone()).await;
    subject.assert_finds(any_word("fleeting"), &["c"]).await;
    // A deletion may come before what it deletes.
    subject.delete("early", 5).await;
    subject.put("early", 4, source).await;
    subject.assert_finds(any_word("fleeting"), &["c"]).await;
    // An older deletion deletes nothing.
    subject.delete("c", 1).await;
    subject.assert_finds(any_word("fleeting"), &["c"]).await;
}

/// Twenty documents with eight versions each (the last of every fourth a deletion), in an order without pattern,
/// three times over.
async fn shuffled_versions(subject: &Subject) {
    let mut documents = Vec::new();
    for id in 0..20_u64 {
        for version in 1..=8_u64 {
            let source = json!({"metadata": {"title": format!("shuffled v{version}")}, "versions": {"index": version}});
            let gone = version == 8 && id % 4 == 0;
            documents.push(record(&format!("s{id}"), version, (!gone).then_some(source)));
        }
    }
    let count = documents.len();
    for round in 0..3 {
        for step in 0..count {
            // 7 and 160 have no common divisor: each document comes once a round.
            let document = documents[(step * 7 + round * 31) % count].clone();
            subject.write(vec![document]).await;
        }
    }
    let found = subject.find(search(any_word("shuffled"))).await;
    assert_eq!(found.total, 15);
    assert!(found.hits.iter().all(|hit| hit.version == 8 && hit.source["versions"]["index"] == 8));
    for id in 0..20 {
        assert_eq!(subject.index.version(RECORDS.index, &format!("s{id}")).await.unwrap(), Some(8));
    }
}

async fn a_batch_holds_both_states(subject: &Subject) {
    let title = |text: &str| Some(json!({"metadata": {"title": text}}));
    let batch = vec![
        record("batch", 2, title("batch new")),
        record("batch", 1, title("batch old")),
        draft("batch", 1, title("batch draft")),
        record("batch-gone", 1, title("batch gone")),
        record("batch-gone", 2, None),
    ];
    subject.write(batch).await;
    subject.write(Vec::new()).await;
    let both = Search { indices: vec![RECORDS.index, DRAFTS.index], ..search(any_word("batch")) };
    let found = subject.find(both).await;
    let mut hits: Vec<(&str, u64)> = found.hits.iter().map(|hit| (hit.index.as_str(), hit.version)).collect();
    hits.sort_unstable();
    assert_eq!(hits, [(DRAFTS.index, 1), (RECORDS.index, 2)]);
}

async fn counts(subject: &Subject) {
    subject.index.flush().await.unwrap();
    let before = subject.index.count(RECORDS.index, Generation::Live).await.unwrap();
    assert_eq!(before, subject.find(search(Query::All)).await.total);
    subject.put("counted", 1, json!({})).await;
    subject.delete("never", 1).await;
    subject.index.flush().await.unwrap();
    assert_eq!(subject.index.count(RECORDS.index, Generation::Live).await.unwrap(), before + 1);
    assert_eq!(subject.index.count(DRAFTS.index, Generation::Live).await.unwrap(), 1);
    subject.delete("counted", 2).await;
    subject.index.flush().await.unwrap();
    assert_eq!(subject.index.count(RECORDS.index, Generation::Live).await.unwrap(), before);
}

/// Values of other shapes than the mapping says, and very long ones, hinder nothing.
async fn odd_documents(subject: &Subject) {
    let odd = json!({
        "id": {"not": "a word"}, "created": "yesterday", "is_published": "perhaps", "versions": {"index": "many"},
        "metadata": {
            "title": ["odd title", 5, null, {"a": "b"}, ["deep"]],
            "publication_date_range": ["x", {"gte": "never"}, {"gte": "2001-01-01"}],
            "description": "word ".repeat(100_000),
            "subjects": [{"subject": "s".repeat(100_000)}, null, "subject"],
        },
        "pids": {"doi": "10.5/x", "": {"identifier": "y"}, "a.b": 1},
    });
    subject.put("odd", 1, odd.clone()).await;
    let found = subject.find(search(phrase("odd title"))).await;
    assert_eq!(found_ids(&found), ["odd"]);
    assert_eq!(found.hits[0].source, odd);
    subject.assert_finds(Query::term("pids.doi", "10.5/x"), &["odd"]).await;
    subject.delete("odd", 2).await;
}

async fn unknown_indices(subject: &Subject) {
    let nowhere = Search { indices: vec!["nosuch"], ..search(Query::All) };
    assert!(subject.index.search(&nowhere).await.is_err());
    assert!(subject.index.version("nosuch", "a").await.is_err());
    let document = Document { index: "nosuch", id: "a".into(), version: 1, source: None };
    assert!(subject.index.write(vec![document], None).await.is_err());
    let none = Search { indices: Vec::new(), ..search(Query::All) };
    assert_eq!(subject.index.search(&none).await.unwrap().total, 0);
}
