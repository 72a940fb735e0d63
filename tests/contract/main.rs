//! The contract suites, run over every adapter, embedded and real. None is skipped: a service that is not there fails.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what helps tests fails by panicking, too")]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the tests of the API use all of it, those of concurrency a part")]
mod support;

mod concurrency;
mod dynamo;
mod folder;
mod objects;
mod opensearch;
mod queues;
mod sqlite;
mod tantivy;

use std::sync::Arc;

use cairn_embedded::store::SqliteStore;
use cairn_ports::{Store, contract};

use self::folder::Folder;

#[tokio::test]
async fn sqlite_in_memory_is_a_store() {
    contract::store(|| async { Arc::new(SqliteStore::in_memory().unwrap()) as Arc<dyn Store> }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_in_a_folder_is_a_store() {
    let folder = &Folder::new();
    contract::store(|| async {
        let store = SqliteStore::open(&folder.next()).unwrap();
        Arc::new(store) as Arc<dyn Store>
    })
    .await;
}
