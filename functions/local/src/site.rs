//! One site on this machine: its folder, its adapters, what happens at its start and beside its requests.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use cairn_aws::s3::Further;
use cairn_core::{App, Settings, setup::FIXTURES, users::Secret};
use cairn_embedded::{queue::SqliteQueues, store::SqliteStore};
use cairn_events::{CONSUMERS, Consumer, Source, Tick, poll};
use cairn_http::Operation;
use cairn_model::{Error, Hosts, Timestamp, queue::Queue};
use cairn_outbound::Client;
use cairn_ports::{
    Grant, Overflowing, OwnFields, Ports, StoreError,
    clock::{Clock, SystemClock},
    ids::RandomIds,
};

use futures::future::join_all;
use tokio::{
    task::spawn_blocking,
    time::{Interval, MissedTickBehavior},
};

use crate::{gateway::Gateway, index::Index, storage::Storage};

/// The folder of objects within the data folder.
pub const OBJECTS: &str = "objects";
/// The file that holds the keys of those who drop files into the inbox, as AWS's tools read it.
pub const INBOX_FILE: &str = "inbox-credentials";
/// The file that holds the first administrator's token.
pub const TOKEN_FILE: &str = "admin-token";

/// The first administrator's address, unless they change it.
const ADMINISTRATOR: &str = "admin@localhost.localdomain";

/// How often the outbox is looked at without being told, and how long a failed pass waits for the next.
const RELAY: Duration = Duration::from_secs(1);

/// How often the clock starts what is due; on AWS it is every minute, and costs more.
const TICK: Duration = Duration::from_secs(5);

/// How long events wait for others, to be relayed together: each pass syncs the queues and the store once.
const TOGETHER: Duration = Duration::from_millis(20);

/// How long a poller waits for messages. AWS: at most 20 seconds.
const WAIT: Duration = Duration::from_secs(20);

/// How often expired items (remembered answers to `Idempotency-Key`) are removed; DynamoDB does it by itself.
const SWEEP: Duration = Duration::from_mins(1);

/// Expired items removed in one transaction.
const SWEPT: usize = 500;

/// How often data files that nothing names are looked for.
const OBJECTS_SWEEP: Duration = Duration::from_hours(24);

/// What lies in a data folder, open.
struct Folder {
    storage: Arc<Storage>,
    store: SqliteStore,
    queues: SqliteQueues,
}

impl Folder {
    fn open(data: &Path, endpoint: &str, operations: &[&'static Operation]) -> anyhow::Result<Self> {
        let clock = Arc::new(SystemClock);
        let storage = Storage::open(&data.join(OBJECTS), endpoint, operations, clock.clone(), &RandomIds);
        let storage = storage.context("the object storage cannot be opened")?;
        write_inbox_keys(data, &storage)?;
        let store = SqliteStore::open(data).context("the database cannot be opened")?;
        let queues = SqliteQueues::open(data, clock).context("the queues cannot be opened")?;
        Ok(Self { storage: Arc::new(storage), store, queues })
    }
}

/// A site with its adapters.
pub struct Site {
    /// May do everything: set-up, relay, jobs.
    pub system: Arc<App>,
    /// What requests go through.
    pub gateway: Arc<Gateway>,
    /// Each with the application that it may use.
    consumers: Vec<(Source, App)>,
    store: SqliteStore,
    index: Index,
    /// The object storage.
    pub storage: Arc<Storage>,
}

impl Site {
    /// Opens the site whose data is in `data`, a folder that is there and locked; files may lie in `further` locations,
    /// too. Where an address of OpenSearch is given, that is searched, and not the folder. `counts_trips`: see
    /// [`Gateway::counting_trips`].
    ///
    /// # Errors
    /// Damaged data, a folder that cannot be written, an OpenSearch that does not answer.
    pub async fn open(
        data: &Path,
        settings: &Settings,
        endpoint: &str,
        further: &Further,
        opensearch: Option<&str>,
        custom_fields: OwnFields,
        counts_trips: bool,
    ) -> anyhow::Result<Self> {
        let operations: Vec<_> = cairn_api::all().collect();
        let opening = {
            let (data, endpoint, operations) = (data.to_owned(), endpoint.to_owned(), operations.clone());
            move || Folder::open(&data, &endpoint, &operations)
        };
        let Folder { storage, store, queues } = spawn_blocking(opening).await??;
        let index = if let Some(address) = opensearch {
            Index::opensearch(address, Arc::new(SystemClock)).await?
        } else {
            let data = data.to_owned();
            spawn_blocking(move || Index::embedded(&data)).await??
        };
        let objects = further.beside(storage.locations().await).await;
        let ports = Ports {
            store: Arc::new(Overflowing::new(Arc::new(store.clone()), objects.clone())),
            search: index.port(),
            queues: Arc::new(queues),
            objects,
            outbound: Arc::new(Client::new(asked(settings))),
            custom_fields,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            trips: Arc::default(),
        };
        let gateway = Gateway::new(&operations, &ports, settings).beside(storage.clone());
        let gateway = Arc::new(if counts_trips { gateway.counting_trips() } else { gateway });
        let scoped = |consumer: &Consumer| {
            App::new(ports.scoped(&Grant::of(consumer.name, consumer.needs)), settings.clone())
                .reading_afresh()
        };
        let consumers = CONSUMERS.iter().map(|consumer| (consumer.source, scoped(consumer))).collect();
        let system = App::new(ports, settings.clone()).reading_afresh();
        Ok(Self { system: Arc::new(system), gateway, consumers, store, index, storage })
    }

    /// Brings index and vocabularies up to date. At the first start it makes an administrator, whose token it returns
    /// and leaves in the data folder, for its owner's eyes only.
    ///
    /// # Errors
    /// Those of store and index; a folder that cannot be written.
    pub async fn prepare(&self, data: &Path) -> anyhow::Result<Option<String>> {
        let unfilled = self.index.unfilled().await?;
        if !unfilled.is_empty() {
            tracing::info!(?unfilled, "making the index anew");
            let documents = self.system.rebuild_index().await?;
            tracing::info!(documents, "the index was made of {documents} documents");
        }
        self.system.load_vocabularies(FIXTURES, |_, _| true).await?;
        self.system.jobs.define_defaults().await?;
        self.system.relay().await?;
        if !unfilled.is_empty() {
            self.index.mark_filled()?;
        }
        let keep = async |token: &Secret| {
            write_token(data, token.expose())
                .map_err(|error| Error::Internal(format!("cannot write {TOKEN_FILE}: {error}")))
        };
        let token = self.system.create_administrator(ADMINISTRATOR, keep).await?;
        Ok(token.map(|token| token.expose().to_owned()))
    }

    /// What goes on beside requests; never returns. Each consumer may touch what it declared.
    pub async fn work(&self) {
        let consumers = self.consumers.iter().map(|(source, app)| async move {
            match source {
                // No stream tells of single rows here: the outbox is gone through, as the sweep does it.
                Source::Every(_, Tick::Outbox) => self.relay(app).await,
                // A start makes the site ready, not a deployment.
                Source::Outbox | Source::Deployment => {}
                Source::Queue(queue) => consume(app, queue).await,
                Source::Every(_, Tick::Jobs) => tick(app).await,
                Source::Objects => self.note_arrivals(app).await,
            }
        });
        tokio::join!(self.sweep(), self.sweep_objects(), join_all(consumers));
    }

    /// Relays what waits in the outbox, whenever something was committed.
    async fn relay(&self, app: &App) {
        let (mut ticks, mut committed) = (every(RELAY), self.store.committed());
        loop {
            tokio::select! {
                _ = committed.changed() => tokio::time::sleep(TOGETHER).await,
                _ = ticks.tick() => {}
            }
            committed.mark_unchanged();
            if let Err(error) = app.relay().await {
                tracing::error!(%error, "the outbox could not be relayed: {error}");
                ticks.reset();
                ticks.tick().await;
            }
        }
    }

    /// Tells the bus of objects that have arrived, whenever some have.
    async fn note_arrivals(&self, app: &App) {
        let (mut ticks, mut arrived) = (every(RELAY), self.storage.s3.arrived());
        loop {
            tokio::select! {
                _ = arrived.changed() => {}
                _ = ticks.tick() => {}
            }
            arrived.mark_unchanged();
            if let Err(error) = self.storage.hand_over(app).await {
                tracing::error!(%error, "arrivals could not be noted: {error}");
                ticks.reset();
                ticks.tick().await;
            }
        }
    }

    /// Removes what has expired, again and again.
    async fn sweep(&self) {
        let mut ticks = every(SWEEP);
        loop {
            ticks.tick().await;
            if let Err(error) = self.remove_expired(SystemClock.now()).await {
                tracing::error!(%error, "expired items could not be removed: {error}");
            }
        }
    }

    /// Removes data files that nothing names: at the start those that a crash left, whatever their age, as nothing of an
    /// earlier process can still come; later old ones only, as nobody knows what becomes of a commit that failed.
    async fn sweep_objects(&self) {
        let (mut ticks, mut age) = (every(OBJECTS_SWEEP), Duration::ZERO);
        loop {
            ticks.tick().await;
            match self.storage.s3.sweep(age).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "{removed} stray data files were removed"),
                Err(error) => tracing::error!(%error, "data files could not be swept: {error}"),
            }
            age = OBJECTS_SWEEP;
        }
    }

    async fn remove_expired(&self, now: Timestamp) -> Result<(), StoreError> {
        while self.store.sweep_expired(now.seconds(), SWEPT).await? == SWEPT {}
        Ok(())
    }
}

/// Whom the repository may ask: where files may be linked to, and registries.
fn asked(settings: &Settings) -> Hosts {
    Hosts(settings.remote_hosts.0.iter().chain(&settings.minting.hosts.0).cloned().collect())
}

/// Has the messages of a queue acted on, again and again.
async fn consume(app: &App, queue: &'static Queue) {
    loop {
        if let Err(error) = poll(app, queue, WAIT).await {
            tracing::error!(%error, "the queue {queue} could not be consumed: {error}");
            tokio::time::sleep(RELAY).await;
        }
    }
}

/// Starts what is due, again and again.
async fn tick(app: &App) {
    let mut ticks = every(TICK);
    loop {
        ticks.tick().await;
        if let Err(error) = app.tick().await {
            tracing::error!(%error, "what is due could not be started: {error}");
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

fn write_token(data: &Path, token: &str) -> std::io::Result<()> {
    write_secret(data, TOKEN_FILE, &format!("{token}\n"))
}

fn write_inbox_keys(data: &Path, storage: &Storage) -> std::io::Result<()> {
    let (key, secret) = storage.inbox_keys();
    let text = format!("[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n");
    if fs::read_to_string(data.join(INBOX_FILE)).is_ok_and(|known| known == text) {
        return Ok(());
    }
    write_secret(data, INBOX_FILE, &text)
}

/// A file for its owner's eyes only, whole or not at all.
fn write_secret(data: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let staged = data.join(format!(".{name}"));
    let mut file =
        fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&staged)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(staged, data.join(name))?;
    fs::File::open(data)?.sync_all()
}

#[cfg(test)]
mod tests {
    use cairn_model::{Revision, kinds::IDEMPOTENCY, objects::Place};
    use cairn_ports::{Expect, Item, Key, Store, Work};
    use serde_json::json;

    use super::*;
    use crate::storage::BUCKET;

    async fn open(data: &Path) -> Site {
        let settings = Settings::new("http://127.0.0.1:8080", "localhost");
        Site::open(
            data,
            &settings,
            "http://127.0.0.1:8081",
            &Further::default(),
            None,
            OwnFields::default(),
            false,
        )
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn a_start_that_cannot_leave_the_token_makes_no_administrator() {
        let data = tempfile::tempdir().unwrap();
        let in_the_way = data.path().join(".admin-token");
        fs::create_dir(&in_the_way).unwrap();
        let refused = open(data.path()).await.prepare(data.path()).await.unwrap_err();
        assert!(refused.to_string().contains("admin-token"), "{refused}");
        fs::remove_dir(in_the_way).unwrap();
        let site = open(data.path()).await;
        let token = site.prepare(data.path()).await.unwrap().unwrap();
        assert_eq!(fs::read_to_string(data.path().join(TOKEN_FILE)).unwrap().trim(), token);
        let who = site.system.users.authenticate(&Secret::new(token.clone())).await.unwrap();
        assert!(who.is_administrator());
        assert_eq!(site.prepare(data.path()).await.unwrap(), None);
    }

    #[tokio::test]
    async fn data_files_that_a_crash_left_go_at_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        let site = open(data.path()).await;
        let objects = site.system.shared.ports.objects.home().unwrap().clone();
        let facts = objects.put("files/x/1", "kept".into()).await.unwrap();
        let left = data.path().join(OBJECTS).join("data/ab/ab112233445566778899aabbccddeeff");
        fs::create_dir_all(left.parent().unwrap()).unwrap();
        fs::write(&left, "left").unwrap();
        let gone = async {
            while left.exists() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let swept = async {
            tokio::select! { () = site.work() => {}, () = gone => {} }
        };
        tokio::time::timeout(Duration::from_secs(30), swept).await.unwrap();
        let place = Place { location: BUCKET.into(), key: "files/x/1".into(), version: facts.version };
        assert_eq!(objects.read(&place, 0..4).await.unwrap(), "kept");
    }

    #[tokio::test]
    async fn what_has_expired_is_removed_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        let site = open(data.path()).await;
        let key = |sort: usize| Key::new(IDEMPOTENCY, "user#1", format!("{sort:05}"));
        for first in (0..1_200).step_by(50) {
            let mut work = Work::new(format!("work-{first}"));
            for sort in first..first + 50 {
                let expires = (sort != 7).then_some(100);
                work.put(
                    Item { expires, ..Item::new(key(sort), Revision::FIRST, json!({})) },
                    Expect::Absent,
                );
            }
            site.store.commit(&work).await.unwrap();
        }
        site.remove_expired(Timestamp::from_micros(101_000_000)).await.unwrap();
        assert!(site.store.get(&key(7)).await.unwrap().is_some());
        for sort in [0, 499, 500, 1_199] {
            assert!(site.store.get(&key(sort)).await.unwrap().is_none(), "{sort}");
        }
    }
}
