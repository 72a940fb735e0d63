//! A whole repository in memory, with a clock that tests move and ids that are counted.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use cairn_core::{
    App, Settings,
    bus::Subscriber,
    dois::Minting,
    files::Quota,
    framework::Source,
    jobs::Task,
    setup::{FIXTURES, Fixture},
    stats::Openness,
};
use cairn_embedded::{queue::SqliteQueues, search::TantivyIndex, store::SqliteStore};
use cairn_events::poll;
use cairn_http::Operation;
use cairn_local::{gateway::Gateway, storage::Storage};
use cairn_model::{
    Hosts,
    identity::ROLES,
    kinds::mappings,
    mapping::Mapping,
    metadata::CustomFields,
    queue::{QUEUES, Queue},
};
use cairn_outbound::Client;
use cairn_ports::{
    Ids, Overflowing, OwnFields, Ports, SearchIndex, Store,
    clock::TestClock,
    ids::{CountedIds, RandomIds},
};
use serde_json::json;

use super::User;

/// The address that all links of a test site begin with.
pub(super) const URL: &str = "https://cairn.test";

/// The address of a test site's object storage.
pub(super) const FILES_URL: &str = "https://files.cairn.test";

/// A host that files may be linked to; its address is for documentation (RFC 5737) and is never asked.
const LINKED: &str = "http://192.0.2.1";
/// The address of its second storage location.
const SECOND_URL: &str = "https://second.cairn.test";

/// What files may come to, small enough to be reached.
const QUOTA: Quota = Quota { bytes: 40_000_000, file_bytes: 30_000_000, files: 250 };

/// Vocabularies with more entries are long: a site has to start in a moment.
const LONG: usize = 8;

/// What tests need of long vocabularies.
const WANTED: &[&str] = &[
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
    "publication",
    "publication-article",
    "dataset",
    "image",
    "image-photo",
    "software",
    "editor",
    "researcher",
    "datacollector",
    "cites",
    "isversionof",
    "ispartof",
    "accepted",
    "created",
    "collected",
    "spam",
    "test-record",
];

/// Of the long vocabularies, what tests need; the short ones whole.
static SOME: LazyLock<Vec<Fixture>> = LazyLock::new(|| {
    let long = |fixture: &Fixture| fixture.lines.lines().count() > LONG;
    let whole = |fixture: &Fixture| Fixture { vocabulary: fixture.vocabulary, lines: fixture.lines };
    let some =
        FIXTURES.iter().map(|fixture| if long(fixture) { only(fixture, WANTED) } else { whole(fixture) });
    some.collect()
});

/// The entries of a vocabulary with these ids.
pub(crate) fn only(fixture: &Fixture, ids: &[&str]) -> Fixture {
    let wanted = |line: &&str| ids.iter().any(|id| line.starts_with(&format!("{{\"id\":\"{id}\"")));
    let lines: Vec<&str> = fixture.lines.lines().filter(wanted).collect();
    Fixture { vocabulary: fixture.vocabulary, lines: lines.join("\n").leak() }
}

/// A site of one test's own.
pub(crate) struct Site {
    /// May do everything, for what cannot be asked over HTTP.
    pub system: App,
    /// What requests go through.
    pub gateway: Arc<Gateway>,
    /// The site's clock.
    pub clock: Arc<TestClock>,
    /// The site's object storage.
    pub storage: Arc<Storage>,
    index: Arc<TantivyIndex>,
    admin: User,
    /// Of the object storage, and of the second one.
    folders: Vec<tempfile::TempDir>,
}

/// What stands between the repository and its ports.
pub(crate) type Wrap = Box<dyn Fn(Ports) -> Ports + Send + Sync>;

/// What a test adds to the repository: a kind of its own, with everything that belongs to it.
#[derive(Default)]
pub(crate) struct Extension {
    /// Operations beside those of the repository.
    pub operations: &'static [Operation],
    /// Indices beside those of the repository.
    pub mappings: &'static [&'static Mapping],
    /// Collections that are indexed beside those of the repository.
    pub sources: &'static [&'static dyn Source],
    /// Subscribers beside those of the repository.
    pub subscribers: &'static [&'static Subscriber],
    /// Tasks beside those of the repository.
    pub tasks: &'static [&'static Task],
    /// Roles beside those of the repository.
    pub roles: &'static [&'static str],
    /// The gateway puts together answers that are made of objects.
    pub composes: bool,
    /// A network stands before it, which says where requests come from, and takes content at signed addresses.
    pub at_edge: bool,
    /// Who may ask for statistics.
    pub stats_query: Openness,
    /// Hosts that may be asked, in place of one that may be linked to and leads nowhere.
    pub remote_hosts: Option<String>,
    /// The fields of the site's own: what `CAIRN_CUSTOM_FIELDS` would say.
    pub custom_fields: &'static str,
    /// Days in which owners may change files that are published.
    pub file_modification_days: u32,
    /// How DOIs are made, if not as usual.
    pub minting: Option<Minting>,
    /// There is a second storage location, `second`.
    pub has_second: bool,
    /// Stands between the repository and its ports.
    pub wrap: Option<Wrap>,
}

impl Site {
    /// A new site with an administrator, and with the vocabularies that tests need.
    pub(crate) async fn start() -> Self {
        Self::with(&Extension::default()).await
    }

    /// A new site that can do more than the repository does.
    pub(crate) async fn with(extension: &Extension) -> Self {
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        Self::on(store, Arc::new(CountedIds::default()), extension).await
    }

    /// A new site on this store. Ids that are counted are for stores that no other site uses.
    pub(crate) async fn on(store: Arc<dyn Store>, ids: Arc<dyn Ids>, extension: &Extension) -> Self {
        let mappings: Vec<_> = mappings().into_iter().chain(extension.mappings.iter().copied()).collect();
        let index = Arc::new(TantivyIndex::in_memory(&mappings).unwrap());
        let clock = Arc::new(TestClock::new());
        let queues = Arc::new(SqliteQueues::in_memory(clock.clone()).unwrap());
        let operations: Vec<_> = cairn_api::all().chain(extension.operations).collect();
        // In memory where there is such a place: what is synced there costs nothing.
        let memory = std::path::Path::new("/dev/shm");
        let open = |endpoint: &str| {
            let folder =
                if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
            let storage =
                Storage::open(folder.path(), endpoint, &operations, clock.clone(), &RandomIds).unwrap();
            (folder, Arc::new(storage))
        };
        let (folder, storage) = open(FILES_URL);
        let (mut objects, mut folders) = (storage.locations().await, vec![folder]);
        if extension.has_second {
            let (folder, second) = open(SECOND_URL);
            objects.all.insert("second".into(), second.location("second").await);
            folders.push(folder);
        }
        let remote_hosts: Hosts = extension.remote_hosts.as_deref().unwrap_or(LINKED).parse().unwrap();
        let ports = Ports {
            store: Arc::new(Overflowing::new(store, objects.clone())),
            search: index.clone(),
            queues,
            objects,
            outbound: Arc::new(Client::new(remote_hosts.clone())),
            custom_fields: OwnFields::of(CustomFields::parse(extension.custom_fields).unwrap()),
            clock: clock.clone(),
            ids,
            trips: Arc::default(),
        };
        let ports = extension.wrap.as_ref().map_or_else(|| ports.clone(), |wrap| wrap(ports.clone()));
        let composes = extension.composes;
        let roles = [ROLES, extension.roles].concat().leak();
        let settings = Settings {
            composes,
            signs_content: extension.at_edge,
            behind_edge: extension.at_edge,
            quota: QUOTA,
            remote_hosts,
            roles,
            minting: extension.minting.clone().unwrap_or_default(),
            stats_query: extension.stats_query,
            file_modification_days: extension.file_modification_days,
            ..Settings::new(URL, "cairn.test")
        };
        let gateway = Gateway::new(&operations, &ports, &settings).beside(storage.clone());
        let gateway = Arc::new(gateway.counting_trips());
        let system = App::new(ports, settings).reading_afresh();
        let system = extension.sources.iter().fold(system, |system, source| system.also_indexing(*source));
        let system = extension.subscribers.iter().fold(system, |system, one| system.also_telling(one));
        let system = extension.tasks.iter().fold(system, |system, task| system.also_doing(task));
        system.load_vocabularies(&SOME, |_, _| true).await.unwrap();
        let token =
            system.create_administrator("admin@cairn.test", async |_: &_| Ok(())).await.unwrap().unwrap();
        let admin = User::nobody(gateway.clone()).with_token("", token.expose());
        Self { system, gateway, clock, storage, index, admin, folders }
    }

    /// The folder of the object storage.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folders[0].path()
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
        self.user_as(name, &[]).await
    }

    /// A new person who holds these roles.
    pub(crate) async fn user_as(&self, name: &str, roles: &[&str]) -> User {
        let email = format!("{name}@cairn.test");
        let body = json!({"email": email, "username": name, "profile": {"full_name": name}, "roles": roles});
        let user = self.admin.post("/api/users", body).await.expect(201).json();
        let id = user["id"].as_str().unwrap();
        let tokens = format!("/api/users/{id}/tokens");
        let token = self.admin.post(tokens, json!({"name": "test"})).await.expect(201).json();
        self.nobody().with_token(id, token["token"].as_str().unwrap())
    }

    /// Returns when all that follows from what was done has happened: outbox delivered, index visible.
    pub(crate) async fn settle(&self) {
        // What follows may have something follow from it, some of it after a moment.
        for _ in 0..200 {
            let acted = self.act().await;
            let (hidden, _) = self.left().await;
            if acted == 0 && hidden == 0 {
                break;
            }
            if acted == 0 {
                self.clock.advance(1);
            }
        }
        assert_eq!(self.left().await, (0, 0), "messages that could not be dealt with");
        self.index.flush().await.unwrap();
    }

    /// Has all that waits acted on once, but for what is put off; tells how much that was.
    pub(crate) async fn act(&self) -> usize {
        self.storage.hand_over(&self.system).await.unwrap();
        let mut acted = self.system.relay().await.unwrap().messages;
        for queue in QUEUES {
            while self.poll(queue).await > 0 {
                acted += 1;
            }
        }
        acted
    }

    /// Messages on all queues that are put off, and dead letters.
    async fn left(&self) -> (u64, u64) {
        let mut left = (0, 0);
        for queue in QUEUES {
            let depth = self.system.shared.ports.queues.depth(queue).await.unwrap();
            left = (left.0 + depth.hidden, left.1 + depth.dead);
        }
        left
    }

    /// Has what waits on a queue acted on once; tells how many messages that were.
    pub(crate) async fn poll(&self, queue: &'static Queue) -> usize {
        let (system, index) = (&self.system, &self.index);
        // The index settles in its own time; here nobody else is waited for.
        let hurry = async {
            loop {
                index.flush().await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            count = poll(system, queue, Duration::ZERO) => count.unwrap(),
            () = hurry => 0,
        }
    }
}
