//! What the functions share: tables of their own in DynamoDB Local, filled as a first start fills them.

use std::sync::Arc;

use cairn_aws::{
    dynamo::{DynamoStore, create_tables, local_client},
    opensearch::{Client, OpenSearch},
    search::NoSearch,
    sqs::{self, SqsQueues, create_queues},
};
use cairn_core::{
    App, Settings,
    setup::{FIXTURES, Fixture},
};
use cairn_local::{
    server::{Server, by_storage},
    storage::Storage,
};
use cairn_model::{
    kinds::{TABLES, mappings},
    queue::QUEUES,
};
use cairn_ports::{OwnFields, Ports, clock::SystemClock, ids::RandomIds, outbound::NoOutbound};

pub(crate) struct World {
    /// Where DynamoDB Local is.
    pub(crate) endpoint: String,
    /// What the names of this test's tables begin with.
    pub(crate) tables: String,
    /// Where `ElasticMQ` is.
    pub(crate) sqs: String,
    /// What the addresses of this test's queues begin with.
    pub(crate) queues: String,
    /// Where OpenSearch is.
    pub(crate) opensearch: String,
    /// This test's indices there: what is committed from within reaches them through functions only.
    pub(crate) index: OpenSearch,
    /// The object storage, which functions reach over HTTP as they reach S3.
    pub(crate) storage: Arc<Storage>,
    _files: Server,
    _folder: tempfile::TempDir,
    /// The administrator's token.
    pub(crate) admin: String,
    /// The same site, to be looked at from within.
    pub(crate) app: App,
}

/// Vocabularies that a minimal record refers to.
fn fixtures() -> Vec<Fixture> {
    let needed = FIXTURES.iter().filter(|fixture| fixture.vocabulary == "resourcetypes");
    needed.map(|fixture| Fixture { vocabulary: fixture.vocabulary, lines: fixture.lines }).collect()
}

/// A host that files may be linked to; its address is for documentation (RFC 5737) and is never asked.
pub(crate) const LINKED: &str = "http://192.0.2.1";

/// An object storage that listens, with its folder.
async fn storage() -> (Arc<Storage>, Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let operations: Vec<_> = cairn_api::all().collect();
    let address = format!("http://{}", server.address);
    let storage = Storage::open(folder.path(), &address, &operations, Arc::new(SystemClock), &RandomIds);
    let storage = Arc::new(storage.unwrap());
    server.ready(by_storage(storage.clone()));
    (storage, server, folder)
}

impl World {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are told by the environment where the real services are"
    )]
    pub(crate) async fn new(name: &str) -> Self {
        let endpoint = std::env::var("CAIRN_TEST_DYNAMODB").expect(
            "CAIRN_TEST_DYNAMODB has to name a running DynamoDB Local (http://127.0.0.1:8000); `make test` starts one",
        );
        let client = local_client(&endpoint).await;
        let tables = format!("lambda-{name}-{}-", std::process::id());
        create_tables(&client, &tables, TABLES).await.unwrap();
        let sqs = std::env::var("CAIRN_TEST_SQS").expect(
            "CAIRN_TEST_SQS has to name a running ElasticMQ (http://127.0.0.1:9324); `make test` starts one",
        );
        let messages = sqs::local_client(&sqs).await;
        let queues = create_queues(&messages, &tables, QUEUES).await.unwrap();
        let opensearch = std::env::var("CAIRN_TEST_OPENSEARCH").expect(
            "CAIRN_TEST_OPENSEARCH has to name a running OpenSearch (http://127.0.0.1:9200); `make test` starts one",
        );
        let client_of_index = Client::of(&opensearch).await.unwrap();
        let index = OpenSearch::new(client_of_index, Arc::new(SystemClock), tables.clone(), &mappings());
        index.prepare().await.unwrap();
        let (storage, files, folder) = storage().await;
        let ports = Ports {
            store: Arc::new(DynamoStore::new(client, tables.clone())),
            search: Arc::new(NoSearch),
            queues: Arc::new(SqsQueues::new(messages, queues.clone())),
            objects: storage.locations().await,
            outbound: Arc::new(NoOutbound),
            custom_fields: OwnFields::default(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            trips: Arc::default(),
        };
        let remote_hosts = LINKED.parse().unwrap();
        let settings = Settings { remote_hosts, ..Settings::new("https://cairn.test", "cairn.test") };
        let app = App::new(ports, settings);
        app.load_vocabularies(&fixtures(), |_, _| true).await.unwrap();
        let admin = app
            .create_administrator("admin@cairn.test", async |_: &_| Ok(()))
            .await
            .unwrap()
            .unwrap()
            .expose()
            .to_owned();
        Self {
            endpoint,
            tables,
            sqs,
            queues,
            opensearch,
            index,
            storage,
            _files: files,
            _folder: folder,
            admin,
            app,
        }
    }
}
