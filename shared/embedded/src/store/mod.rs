//! The primary store on one machine: SQLite with DynamoDB's promises.
//!
//! Writes go through one thread, which commits all that wait in one transaction and answers after the sync.
//! Reads run on the caller's thread: they are short look-ups, microseconds from the page cache, cheaper than handing
//! them to another thread would be. Scans and backups, which may be long, run on a blocking thread.

mod backup;
mod error;
pub mod folder;
mod marker;
mod read;
mod readers;
mod row;
mod schema;
mod verify;
mod write;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use cairn_model::Table;
use cairn_ports::{
    prepared::{Prepared, check_batch, is_partition, is_storable},
    store::{Changes, Cursor, Item, Items, Key, Page, Scanned, Segment, Store, StoreError},
    work::Work,
};
use tokio::sync::watch;

use self::{
    readers::Readers,
    writer::{Task, Writer},
};

/// Rows of the outbox or of a scan that are read at once where the caller names no limit.
const DEFAULT_LIMIT: usize = 1_000;

/// The primary store in a folder (`primary.db`), or in memory. Clones share it.
///
/// In a folder, one store may be open at a time.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    // In this order: the connection that closes last tidies the log away, and only the writer's can.
    readers: Readers,
    writer: Writer,
}

impl SqliteStore {
    /// Opens the store in `folder`, made if absent. Everything that was ever acknowledged is there afterwards, or this
    /// fails: the file, its log and its rows are checked.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if stored data is not what was written; [`StoreError::Unavailable`] if the folder cannot
    /// be read or written.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let (connection, marker) = schema::open_folder(folder)?;
        let readers = Readers::of_file(schema::file_in(folder));
        let writer = Writer::start(Arc::new(connection.into()), Some(marker))?;
        Ok(Self { inner: Arc::new(Inner { readers, writer }) })
    }

    /// A new, empty store that is gone with its last clone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if there is no memory or thread for it.
    pub fn in_memory() -> Result<Self, StoreError> {
        let connection = Arc::new(schema::open_memory()?.into());
        let readers = Readers::of_memory(Arc::clone(&connection));
        Ok(Self { inner: Arc::new(Inner { readers, writer: Writer::start(connection, None)? }) })
    }

    /// Copies the store as it is at one moment into `primary.db` of `folder`, while it goes on serving, and checks
    /// the copy.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if there is a store already or the folder cannot be written;
    /// [`StoreError::Damaged`] if the copy does not pass the check.
    pub async fn backup_to(&self, folder: &Path) -> Result<(), StoreError> {
        let folder = PathBuf::from(folder);
        self.blocking(move |readers| readers.with(|source| backup::copy(source, &folder))).await
    }

    /// Removes items that expired before `now` (seconds since 1970), at most `limit`; tells how many.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub async fn sweep_expired(&self, now: i64, limit: usize) -> Result<usize, StoreError> {
        self.inner.writer.run(Task::Sweep { before: now, limit }).await
    }

    /// Changes whenever something may have been committed.
    pub fn committed(&self) -> watch::Receiver<()> {
        self.inner.writer.committed()
    }

    /// Reads all that is stored and compares it with its checksums.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] says what does not fit.
    pub async fn verify(&self) -> Result<(), StoreError> {
        self.blocking(|readers| readers.with(verify::all)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Readers) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || read(&inner.readers))
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        if !is_storable(key) {
            return Ok(None);
        }
        self.inner.readers.with(|connection| read::ByKey::on(connection)?.item(key))
    }

    async fn batch_get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        check_batch(keys)?;
        self.inner.readers.with(|connection| read::batch(connection, keys))
    }

    async fn query(&self, table: Table, partition: &str, page: &Page) -> Result<Items, StoreError> {
        if !is_partition(partition) {
            return Ok(Items::default());
        }
        self.inner.readers.with(|connection| read::partition(connection, table, partition, page))
    }

    async fn commit(&self, work: &Work) -> Result<(), StoreError> {
        let prepared = Prepared::of(work)?;
        if prepared.writes.is_empty() {
            return Ok(());
        }
        self.inner.writer.run(Task::Commit(prepared)).await.map(|_| ())
    }

    async fn changes(&self, after: Option<&Cursor>, limit: usize) -> Result<Changes, StoreError> {
        let after = after.cloned();
        self.blocking(move |readers| {
            readers.with(|connection| read::outbox(connection, after.as_ref(), or_default(limit)))
        })
        .await
    }

    async fn scan_segment(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Scanned, StoreError> {
        let after = after.cloned();
        self.blocking(move |readers| {
            readers.with(|connection| {
                read::segment(connection, table, segment, after.as_ref(), or_default(limit))
            })
        })
        .await
    }

    async fn scan_keys(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<(Vec<Key>, Option<Cursor>), StoreError> {
        let after = after.cloned();
        self.blocking(move |readers| {
            readers
                .with(|connection| read::keys(connection, table, segment, after.as_ref(), or_default(limit)))
        })
        .await
    }
}

const fn or_default(limit: usize) -> usize {
    if limit == 0 { DEFAULT_LIMIT } else { limit }
}
