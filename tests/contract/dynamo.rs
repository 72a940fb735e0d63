//! DynamoDB, as DynamoDB Local: the contract, and what becomes of a work when answers get lost on the way.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use cairn_aws::dynamo::{DynamoStore, create_tables, local_client};
use cairn_model::Revision;
use cairn_ports::{
    Clock, Expect, Ids, Item, Key, Store, StoreError, Work,
    clock::SystemClock,
    contract::{self, OTHERS, THINGS},
    ids::RandomIds,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
pub(crate) fn endpoint() -> String {
    std::env::var("CAIRN_TEST_DYNAMODB")
        .expect("CAIRN_TEST_DYNAMODB must name a running DynamoDB Local (http://127.0.0.1:8000); `make test` starts one")
}

/// A store with tables of its own, spoken with through `endpoint`.
async fn store(endpoint: &str) -> DynamoStore {
    let prefix = format!("{}-", RandomIds.ulid(SystemClock.now()));
    create_tables(&local_client(&self::endpoint()).await, &prefix, &[THINGS, OTHERS]).await.unwrap();
    DynamoStore::new(local_client(endpoint).await, prefix)
}

#[tokio::test(flavor = "multi_thread")]
async fn dynamodb_is_a_store() {
    contract::store(|| async { Arc::new(store(&endpoint()).await) as Arc<dyn Store> }).await;
}

#[tokio::test]
async fn tables_are_made_once() {
    let client = local_client(&endpoint()).await;
    let prefix = format!("{}-", RandomIds.ulid(SystemClock.now()));
    for _ in 0..2 {
        create_tables(&client, &prefix, &[THINGS]).await.unwrap();
    }
}

/// Counts once and makes an item: twice would be seen.
fn once() -> (Work, Key) {
    let mut work = Work::new(RandomIds.ulid(SystemClock.now()));
    let counted = Key::new(THINGS, "once", "counted");
    let made = Item::new(Key::new(THINGS, "once", "made"), Revision(1), json!(1));
    work.put(made, Expect::Absent).count(counted.clone(), "uses", 1, 9);
    (work, counted)
}

async fn uses(store: &DynamoStore, key: &Key) -> Option<u64> {
    store.get(key).await.unwrap().map(|item| item.counters["uses"])
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again() {
    let lossy = Lossy::start().await;
    let store = store(&lossy.endpoint).await;
    let (work, counted) = once();
    lossy.lose(1);
    store.commit(&work).await.unwrap();
    assert_eq!(lossy.left(), 0, "an answer was lost");
    assert_eq!(uses(&store, &counted).await, Some(1));
}

#[tokio::test]
async fn an_unknown_outcome_is_known_after_a_retry() {
    let lossy = Lossy::start().await;
    let store = store(&lossy.endpoint).await;
    let (work, counted) = once();
    lossy.lose(1_000);
    let outcome = store.commit(&work).await;
    assert!(matches!(outcome, Err(StoreError::Unknown(_))), "{outcome:?}");
    lossy.lose(0);
    store.commit(&work).await.unwrap();
    assert_eq!(uses(&store, &counted).await, Some(1));
}

#[tokio::test]
async fn a_store_that_is_not_there_is_unavailable() {
    let nowhere = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let store = DynamoStore::new(local_client(&format!("http://{nowhere}")).await, "none-".into());
    let (work, counted) = once();
    assert!(matches!(store.get(&counted).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.commit(&work).await, Err(StoreError::Unavailable(_) | StoreError::Unknown(_))));
    let no_tables = DynamoStore::new(local_client(&endpoint()).await, "no-such-tables-".into());
    assert!(matches!(no_tables.get(&counted).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(no_tables.commit(&work).await, Err(StoreError::Unavailable(_))));
}

/// A way to DynamoDB on which answers get lost: the request arrives, the connection ends.
struct Lossy {
    endpoint: String,
    losses: Arc<AtomicU32>,
    _relay: JoinSet<()>,
}

impl Lossy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let losses = Arc::new(AtomicU32::new(0));
        let shared = Arc::clone(&losses);
        let mut relay = JoinSet::new();
        relay.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let target = self::endpoint().trim_start_matches("http://").to_owned();
                let server = TcpStream::connect(target).await.unwrap();
                connections.spawn(pass(client, server, Arc::clone(&shared)));
            }
        });
        Self { endpoint, losses, _relay: relay }
    }

    fn lose(&self, answers: u32) {
        self.losses.store(answers, Ordering::SeqCst);
    }

    fn left(&self) -> u32 {
        self.losses.load(Ordering::SeqCst)
    }
}

async fn pass(client: TcpStream, server: TcpStream, losses: Arc<AtomicU32>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asking = tokio::io::copy(&mut from_client, &mut to_server);
    let answering = async {
        let mut buffer = vec![0; 65_536];
        while let Ok(length @ 1..) = from_server.read(&mut buffer).await {
            let lost = losses.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if lost.is_ok() || to_client.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    };
    futures::future::select(std::pin::pin!(asking), std::pin::pin!(answering)).await;
}
