//! One site on this machine: its folder, its adapters, what happens at its start and beside its requests.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use cairn_core::{App, Settings, setup::FIXTURES};
use cairn_embedded::{search::TantivyIndex, store::SqliteStore};
use cairn_model::{kinds::KINDS, mapping::Mapping};
use cairn_ports::{Ports, clock::SystemClock, ids::RandomIds};

use crate::gateway::Gateway;

/// The file that holds the first administrator's token.
pub const TOKEN_FILE: &str = "admin-token";

/// The first administrator's address, unless they change it.
const ADMINISTRATOR: &str = "admin@localhost.localdomain";

/// How often the outbox is looked at: the guarantee behind the direct write to the index.
const RELAY: Duration = Duration::from_secs(1);

/// Every index that a kind declares.
pub fn mappings() -> Vec<&'static Mapping> {
    KINDS.iter().flat_map(|kind| [kind.mapping, kind.drafts]).flatten().collect()
}

/// A site with its adapters.
pub struct Site {
    /// May do everything: set-up, relay, jobs.
    pub system: Arc<App>,
    /// What requests go through.
    pub gateway: Arc<Gateway>,
    index: Arc<TantivyIndex>,
}

impl Site {
    /// Opens the site whose data is in `data`, a folder that is there and locked. `counts_trips`: see
    /// [`Gateway::counting_trips`].
    ///
    /// # Errors
    /// Damaged data, or a folder that cannot be written.
    pub fn open(data: &Path, settings: &Settings, counts_trips: bool) -> anyhow::Result<Self> {
        let store = SqliteStore::open(data).context("the database cannot be opened")?;
        let index =
            TantivyIndex::open(&data.join("index"), &mappings()).context("the index cannot be opened")?;
        let index = Arc::new(index);
        let ports = Ports {
            store: Arc::new(store),
            search: index.clone(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            trips: Arc::default(),
        };
        let gateway = Gateway::new(&cairn_api::all().collect::<Vec<_>>(), &ports, settings);
        let gateway = Arc::new(if counts_trips { gateway.counting_trips() } else { gateway });
        Ok(Self { system: Arc::new(App::new(ports, settings.clone())), gateway, index })
    }

    /// Brings index and vocabularies up to date. At the first start it makes an administrator, whose token it returns
    /// and leaves in the data folder, for its owner's eyes only.
    ///
    /// # Errors
    /// Those of store and index; a folder that cannot be written.
    pub async fn prepare(&self, data: &Path) -> anyhow::Result<Option<String>> {
        let unfilled = self.index.unfilled();
        if !unfilled.is_empty() {
            tracing::info!(?unfilled, "making the index anew");
            self.system.rebuild_index().await?;
        }
        self.system.load_vocabularies(FIXTURES, |_, _| true).await?;
        self.system.relay().await?;
        if !unfilled.is_empty() {
            self.index.mark_filled().context("the index cannot be marked as complete")?;
        }
        let Some(token) = self.system.create_administrator(ADMINISTRATOR).await? else { return Ok(None) };
        let token = token.expose().to_owned();
        write_token(data, &token).with_context(|| format!("cannot write {TOKEN_FILE}"))?;
        Ok(Some(token))
    }

    /// Delivers what waits in the outbox, again and again; never returns.
    pub async fn relay(&self) {
        let mut ticks = tokio::time::interval(RELAY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.system.relay().await {
                tracing::error!(%error, "the outbox could not be read: {error}");
            }
        }
    }
}

fn write_token(data: &Path, token: &str) -> std::io::Result<()> {
    let path = data.join(TOKEN_FILE);
    let staged = data.join(".admin-token");
    let mut file =
        fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&staged)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    fs::rename(staged, path)?;
    fs::File::open(data)?.sync_all()
}
