//! What the functions share: tables of their own in DynamoDB Local, filled as a first start fills them.

use std::sync::Arc;

use cairn_aws::{
    dynamo::{DynamoStore, create_tables, local_client},
    search::NoSearch,
};
use cairn_core::{
    App, Settings,
    setup::{FIXTURES, Fixture},
};
use cairn_embedded::queue::SqliteQueues;
use cairn_model::kinds::TABLES;
use cairn_ports::{Ports, clock::SystemClock, ids::RandomIds};

pub(crate) struct World {
    /// Where DynamoDB Local is.
    pub(crate) endpoint: String,
    /// What the names of this test's tables begin with.
    pub(crate) tables: String,
    /// The administrator's token.
    pub(crate) admin: String,
}

/// Vocabularies that a minimal record refers to.
fn fixtures() -> Vec<Fixture> {
    let needed = FIXTURES.iter().filter(|fixture| fixture.vocabulary == "resourcetypes");
    needed.map(|fixture| Fixture { vocabulary: fixture.vocabulary, lines: fixture.lines }).collect()
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
        let ports = Ports {
            store: Arc::new(DynamoStore::new(client, tables.clone())),
            search: Arc::new(NoSearch),
            queues: Arc::new(SqliteQueues::in_memory(Arc::new(SystemClock)).unwrap()),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            trips: Arc::default(),
        };
        let settings = Settings { site_url: "https://cairn.test".into(), oai_prefix: "cairn.test".into() };
        let app = App::new(ports, settings);
        app.load_vocabularies(&fixtures(), |_, _| true).await.unwrap();
        let admin = app
            .create_administrator("admin@cairn.test", |_| Ok(()))
            .await
            .unwrap()
            .unwrap()
            .expose()
            .to_owned();
        Self { endpoint, tables, admin }
    }
}
