//! A whole repository in memory, with a clock that tests move and ids that are counted.

use std::sync::{Arc, LazyLock};

use cairn_core::{
    App, Settings,
    setup::{FIXTURES, Fixture},
};
use cairn_embedded::{search::TantivyIndex, store::SqliteStore};
use cairn_local::{gateway::Gateway, site::mappings};
use cairn_ports::{Ports, SearchIndex, clock::TestClock, ids::CountedIds};
use serde_json::json;

use super::User;

/// The address that all links of a test site begin with.
pub(super) const URL: &str = "https://cairn.test";

/// Of the long vocabularies, what tests need; the short ones whole.
static SOME: LazyLock<Vec<Fixture>> = LazyLock::new(|| {
    let wanted = |line: &str| {
        let ids = [
            "eng",
            "deu",
            "fra",
            "dan",
            "spa",
            "cc-by-4.0",
            "cc0-1.0",
            "mit",
            "apache-2.0",
            "python",
            "rust",
        ];
        ids.iter().any(|id| line.starts_with(&format!("{{\"id\":\"{id}\"")))
    };
    let some = FIXTURES.iter().map(|fixture| {
        let long = fixture.lines.lines().count() > 100;
        let lines: Vec<&str> = fixture.lines.lines().filter(|line| !long || wanted(line)).collect();
        Fixture { vocabulary: fixture.vocabulary, lines: lines.join("\n").leak() }
    });
    some.collect()
});

/// A site of one test's own.
pub(crate) struct Site {
    /// May do everything, for what cannot be asked over HTTP.
    pub system: App,
    /// What requests go through.
    pub gateway: Arc<Gateway>,
    /// The site's clock.
    pub clock: Arc<TestClock>,
    index: Arc<TantivyIndex>,
    admin: User,
}

impl Site {
    /// A new site with an administrator, and with the vocabularies that tests need.
    pub(crate) async fn start() -> Self {
        let index = Arc::new(TantivyIndex::in_memory(&mappings()).unwrap());
        let clock = Arc::new(TestClock::new());
        let ports = Ports {
            store: Arc::new(SqliteStore::in_memory().unwrap()),
            search: index.clone(),
            clock: clock.clone(),
            ids: Arc::new(CountedIds::default()),
            trips: Arc::default(),
        };
        let settings = Settings { site_url: URL.to_owned(), oai_prefix: "cairn.test".to_owned() };
        let gateway = Gateway::new(&cairn_api::all().collect::<Vec<_>>(), &ports, &settings);
        let gateway = Arc::new(gateway.counting_trips());
        let system = App::new(ports, settings);
        system.load_vocabularies(&SOME, |_, _| true).await.unwrap();
        let token = system.create_administrator("admin@cairn.test").await.unwrap().unwrap();
        let admin = User::nobody(gateway.clone()).with_token("", token.expose());
        Self { system, gateway, clock, index, admin }
    }

    /// The administrator.
    pub(crate) fn admin(&self) -> User {
        self.admin.clone()
    }

    /// A caller who does not say who they are.
    pub(crate) fn nobody(&self) -> User {
        User::nobody(self.gateway.clone())
    }

    /// A new person, `<name>@cairn.test`, with a token.
    pub(crate) async fn user(&self, name: &str) -> User {
        let body =
            json!({"email": format!("{name}@cairn.test"), "username": name, "profile": {"full_name": name}});
        let user = self.admin.post("/api/users", body).await.expect(201).json();
        let id = user["id"].as_str().unwrap();
        let tokens = format!("/api/users/{id}/tokens");
        let token = self.admin.post(tokens, json!({"name": "test"})).await.expect(201).json();
        self.nobody().with_token(id, token["token"].as_str().unwrap())
    }

    /// Returns when all that follows from what was done has happened: outbox delivered, index visible.
    pub(crate) async fn settle(&self) {
        let done = self.system.relay().await.unwrap();
        assert_eq!(done.failed, 0, "events that could not be delivered");
        self.index.flush().await.unwrap();
    }
}
