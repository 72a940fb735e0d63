//! The search index on a real OpenSearch.

use std::{sync::Arc, time::Duration};

use cairn_aws::opensearch::{Client, OpenSearch};
use cairn_ports::{
    Clock, Ids, SearchIndex,
    clock::SystemClock,
    contract::{self, DRAFTS, RECORDS},
    ids::RandomIds,
};

/// Where `tests/services/opensearch-start.sh` started one.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
fn client() -> Client {
    let address = std::env::var("CAIRN_TEST_OPENSEARCH")
        .expect("CAIRN_TEST_OPENSEARCH must name a running OpenSearch (http://127.0.0.1:9200); `make test` starts one");
    Client::unsigned(&address).unwrap()
}

/// An empty index whose names no other test has.
async fn empty() -> Arc<dyn SearchIndex> {
    let prefix = format!("test-{}-", RandomIds.ulid(SystemClock.now()).to_lowercase());
    let index = OpenSearch::new(client(), Arc::new(SystemClock), prefix, &[&RECORDS, &DRAFTS]);
    let index = index.believing(Duration::from_millis(50));
    index.prepare().await.unwrap();
    Arc::new(index)
}

#[tokio::test(flavor = "multi_thread")]
async fn opensearch_is_a_search_index() {
    contract::search_index(empty).await;
}
