//! The embedded search index: in memory, in a folder, after restarts, after damage.

use std::{fs, path::Path, sync::Arc};

use cairn_embedded::search::TantivyIndex;
use cairn_model::{
    Query,
    mapping::{FieldType, Mapped, Mapping},
};
use cairn_ports::{
    SearchIndex,
    contract::{self, DRAFTS, RECORDS},
    search::{Document, Generation, Search},
};
use serde_json::json;

use crate::folder::{Folder, copy};

static MAPPINGS: &[&Mapping] = &[&RECORDS, &DRAFTS];

#[tokio::test]
async fn tantivy_in_memory_is_a_search_index() {
    contract::search_index(|| async {
        Arc::new(TantivyIndex::in_memory(MAPPINGS).unwrap()) as Arc<dyn SearchIndex>
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tantivy_in_a_folder_is_a_search_index() {
    let folder = &Folder::new();
    let make = || async { Arc::new(open(&folder.next())) as Arc<dyn SearchIndex> };
    contract::search_index(make).await;
    contract::search_index_of_one_moment(make).await;
}

fn open(folder: &Path) -> TantivyIndex {
    TantivyIndex::open(folder, MAPPINGS).unwrap()
}

fn record(id: &str, version: u64, title: Option<&str>) -> Document {
    let source = title.map(|title| json!({"id": id, "metadata": {"title": title}}));
    Document { index: RECORDS.index, id: id.into(), version, source }
}

async fn total(index: &TantivyIndex, query: Query) -> u64 {
    let search = Search { indices: vec![RECORDS.index], query, size: 10, ..Search::default() };
    index.search(&search).await.unwrap().total
}

#[tokio::test]
async fn documents_versions_and_deletions_survive_a_restart() {
    let folder = Folder::new().next();
    let index = open(&folder);
    assert_eq!(index.unfilled(), [RECORDS.index, DRAFTS.index]);
    let documents = (0..300).map(|number| record(&format!("r{number}"), 5, Some("kept")));
    index.write(documents.collect(), None).await.unwrap();
    index.write(vec![record("r0", 6, None), record("r1", 7, Some("changed"))], None).await.unwrap();
    index.flush().await.unwrap();
    drop(index);

    let index = open(&folder);
    assert_eq!(index.unfilled().len(), 2, "until it is said that all is there");
    index.mark_filled().unwrap();
    assert_eq!(index.count(RECORDS.index, Generation::Live).await.unwrap(), 299);
    assert_eq!(index.version(RECORDS.index, "r0").await.unwrap(), Some(6));
    assert_eq!(index.version(RECORDS.index, "r1").await.unwrap(), Some(7));
    let late =
        vec![record("r0", 5, Some("late")), record("r1", 6, Some("late")), record("r2", 6, Some("newer"))];
    index.write(late, None).await.unwrap();
    drop(index);

    let index = open(&folder);
    assert!(index.unfilled().is_empty());
    assert_eq!(total(&index, Query::Ids(vec!["r0".into()])).await, 0);
    assert_eq!(
        index.version(RECORDS.index, "r2").await.unwrap(),
        Some(6),
        "what was taken in is kept at an orderly end"
    );
    assert_eq!(index.count(RECORDS.index, Generation::Live).await.unwrap(), 299);
}

#[tokio::test]
async fn a_crash_leaves_what_was_flushed() {
    let folders = Folder::new();
    let (folder, crashed) = (folders.next(), folders.next());
    let index = open(&folder);
    index.write(vec![record("a", 1, Some("flushed"))], None).await.unwrap();
    index.flush().await.unwrap();
    index.mark_filled().unwrap();
    index.write(vec![record("b", 1, Some("lost, perhaps"))], None).await.unwrap();
    for mapping in MAPPINGS {
        copy(&folder.join(mapping.index), &crashed.join(mapping.index));
    }
    let index = open(&crashed);
    assert!(index.unfilled().is_empty());
    assert_eq!(total(&index, Query::Ids(vec!["a".into()])).await, 1);
}

#[tokio::test]
async fn a_damaged_index_is_made_anew_and_says_so() {
    let folders = Folder::new();
    let folder = folders.next();
    let index = open(&folder);
    let documents = (0..50).map(|number| record(&format!("r{number}"), 1, Some("a title")));
    index.write(documents.collect(), None).await.unwrap();
    index.flush().await.unwrap();
    index.mark_filled().unwrap();
    drop(index);

    let below = folder.join(RECORDS.index);
    let files = fs::read_dir(&below).unwrap().map(|entry| entry.unwrap().file_name());
    let damaged = files.filter(|name| name != ".tantivy-writer.lock" && name != ".tantivy-meta.lock");
    for name in damaged {
        for damage in [flip as fn(&Path) -> std::io::Result<()>, cut, remove] {
            let copied = folders.next();
            for mapping in MAPPINGS {
                copy(&folder.join(mapping.index), &copied.join(mapping.index));
            }
            damage(&copied.join(RECORDS.index).join(&name)).unwrap();
            let index = open(&copied);
            let (made_anew, count) = (
                index.unfilled() == [RECORDS.index],
                index.count(RECORDS.index, Generation::Live).await.unwrap(),
            );
            assert!(made_anew && count == 0 || !made_anew && count == 50, "{name:?}: {made_anew} {count}");
            index.write(vec![record("again", 1, Some("works"))], None).await.unwrap();
            index.flush().await.unwrap();
            assert_eq!(total(&index, Query::Ids(vec!["again".into()])).await, 1);
        }
    }
}

fn folders(below: &Path) -> Vec<String> {
    let names = fs::read_dir(below).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| below.join(name).is_dir()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn what_is_made_anew_survives_a_restart_and_so_does_the_swap() {
    let folder = Folder::new().next();
    let index = open(&folder);
    index.write(vec![record("a", 1, Some("old"))], None).await.unwrap();
    index.flush().await.unwrap();
    index.mark_filled().unwrap();
    let given_up = index.begin(RECORDS.index).await.unwrap();
    index.abandon(RECORDS.index).await.unwrap();
    let name = index.begin(RECORDS.index).await.unwrap();
    assert_ne!(name, given_up);
    index.fill(vec![record("a", 1, Some("new")), record("b", 2, None)]).await.unwrap();
    index.flush().await.unwrap();
    drop(index);

    // Left by a process that died between making it and saying so.
    fs::create_dir(folder.join("contract-records@9")).unwrap();
    let index = open(&folder);
    assert_eq!(folders(&folder), ["contract-drafts", "contract-records", &name]);
    assert_eq!(index.begin(RECORDS.index).await.unwrap(), name, "it goes on");
    let ids = ["a".to_owned(), "b".to_owned()];
    let versions = index.versions(RECORDS.index, Generation::Next, &ids).await.unwrap();
    assert_eq!(versions, [Some(1), Some(2)]);
    index.fill(vec![record("b", 1, Some("late"))]).await.unwrap();
    index.write(vec![record("c", 1, Some("both"))], None).await.unwrap();
    index.swap(&[RECORDS.index]).await.unwrap();
    assert_eq!(index.count(RECORDS.index, Generation::Live).await.unwrap(), 2);
    assert_eq!(folders(&folder), ["contract-drafts", &name], "the old one is removed");
    drop(index);

    let index = open(&folder);
    assert_eq!(index.unfilled(), Vec::<&str>::new());
    assert_eq!(index.named(RECORDS.index, Generation::Live).await.unwrap(), Some(name.clone()));
    assert_eq!(index.named(RECORDS.index, Generation::Next).await.unwrap(), None);
    assert_eq!(index.version(RECORDS.index, "c").await.unwrap(), Some(1));
    assert_eq!(index.version(RECORDS.index, "b").await.unwrap(), Some(2));
    assert_ne!(index.begin(RECORDS.index).await.unwrap(), name);
}

#[tokio::test]
async fn what_was_being_made_and_is_damaged_is_given_up() {
    let folder = Folder::new().next();
    let index = open(&folder);
    index.write(vec![record("a", 1, Some("old"))], None).await.unwrap();
    let name = index.begin(RECORDS.index).await.unwrap();
    index.fill(vec![record("a", 1, Some("new"))]).await.unwrap();
    index.flush().await.unwrap();
    drop(index);
    cut(&folder.join(&name).join("meta.json")).unwrap();
    let index = open(&folder);
    assert_eq!(index.named(RECORDS.index, Generation::Next).await.unwrap(), None);
    assert_eq!(index.count(RECORDS.index, Generation::Live).await.unwrap(), 1);
    assert_ne!(index.begin(RECORDS.index).await.unwrap(), name);
}

fn flip(file: &Path) -> std::io::Result<()> {
    let mut bytes = fs::read(file)?;
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 0x40;
    }
    fs::write(file, bytes)
}

fn cut(file: &Path) -> std::io::Result<()> {
    let bytes = fs::read(file)?;
    fs::write(file, &bytes[..bytes.len() / 2])
}

fn remove(file: &Path) -> std::io::Result<()> {
    fs::remove_file(file)
}

#[tokio::test]
async fn another_mapping_makes_the_index_anew() {
    static OTHER: Mapping = Mapping {
        index: RECORDS.index,
        fields: &[Mapped { path: "id", kind: FieldType::Text }],
        defaults: &[],
        unreturned: &[],
    };
    let folder = Folder::new().next();
    let index = open(&folder);
    index.write(vec![record("a", 1, Some("a title"))], None).await.unwrap();
    index.flush().await.unwrap();
    index.mark_filled().unwrap();
    drop(index);
    let index = TantivyIndex::open(&folder, &[&OTHER]).unwrap();
    assert_eq!(index.unfilled(), [RECORDS.index]);
    assert_eq!(index.count(RECORDS.index, Generation::Live).await.unwrap(), 0);
    assert_eq!(index.version(RECORDS.index, "a").await.unwrap(), None);
}
