//! Ports that refuse what an operation did not declare, and count the trips it makes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use cairn_model::{Table, UserId, queue::Queue, table::OUTBOX};

use crate::{
    needs::{Grant, Need, of_work},
    outbound::{Answer, Outbound, OutboundError, Request},
    queue::{DeadLetter, Depth, QueueError, Queues, Received},
    search::{Document, Found, Generation, Search, SearchError, SearchIndex},
    store::{Changes, Cursor, Item, Items, Key, Page, Scanned, Segment, Store, StoreError},
    work::Work,
};

/// A port within the bounds of one operation's grant.
pub struct Scoped<P: ?Sized> {
    inner: Arc<P>,
    grant: Grant,
    trips: Arc<AtomicU64>,
}

impl<P: ?Sized> Scoped<P> {
    /// Wraps a port. `trips` counts every call that goes through.
    pub fn new(inner: Arc<P>, grant: Grant, trips: Arc<AtomicU64>) -> Self {
        Self { inner, grant, trips }
    }

    fn pass(&self, need: Need) -> Result<(), String> {
        self.grant.require(need)?;
        self.trips.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Passes if a need of this sort was declared for a prefix of `key`.
    pub(crate) fn pass_object(&self, need: fn(&'static str) -> Need, key: &str) -> Result<(), String> {
        self.grant.require_object(need, key)?;
        self.trips.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn inner(&self) -> &Arc<P> {
        &self.inner
    }

    /// Another port within the same bounds.
    pub(crate) fn around(&self, inner: Arc<P>) -> Self {
        Self { inner, grant: self.grant.clone(), trips: self.trips.clone() }
    }
}

#[async_trait]
impl Store for Scoped<dyn Store> {
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.pass(Need::Read(key.table)).map_err(StoreError::Undeclared)?;
        self.inner.get(key).await
    }

    async fn batch_get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        for key in keys {
            self.grant.require(Need::Read(key.table)).map_err(StoreError::Undeclared)?;
        }
        self.trips.fetch_add(1, Ordering::Relaxed);
        self.inner.batch_get(keys).await
    }

    async fn query(&self, table: Table, partition: &str, page: &Page) -> Result<Items, StoreError> {
        self.pass(Need::Read(table)).map_err(StoreError::Undeclared)?;
        self.inner.query(table, partition, page).await
    }

    async fn commit(&self, work: &Work) -> Result<(), StoreError> {
        for need in of_work(work) {
            self.grant.require(need).map_err(StoreError::Undeclared)?;
        }
        self.trips.fetch_add(1, Ordering::Relaxed);
        self.inner.commit(work).await
    }

    async fn names_body(&self, key: &Key, object: &str) -> Result<bool, StoreError> {
        self.pass(Need::Read(key.table)).map_err(StoreError::Undeclared)?;
        self.inner.names_body(key, object).await
    }

    async fn changes(&self, after: Option<&Cursor>, limit: usize) -> Result<Changes, StoreError> {
        self.pass(Need::Scan(OUTBOX)).map_err(StoreError::Undeclared)?;
        self.inner.changes(after, limit).await
    }

    async fn scan_segment(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Scanned, StoreError> {
        self.pass(Need::Scan(table)).map_err(StoreError::Undeclared)?;
        self.inner.scan_segment(table, segment, after, limit).await
    }

    async fn scan_keys(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<(Vec<Key>, Option<Cursor>), StoreError> {
        self.pass(Need::Scan(table)).map_err(StoreError::Undeclared)?;
        self.inner.scan_keys(table, segment, after, limit).await
    }
}

#[async_trait]
impl SearchIndex for Scoped<dyn SearchIndex> {
    async fn write(&self, documents: Vec<Document>, writer: Option<&UserId>) -> Result<(), SearchError> {
        self.pass(Need::Index).map_err(SearchError::Undeclared)?;
        self.inner.write(documents, writer).await
    }

    async fn search(&self, search: &Search) -> Result<Found, SearchError> {
        self.pass(Need::Search).map_err(SearchError::Undeclared)?;
        self.inner.search(search).await
    }

    async fn version(&self, index: &'static str, id: &str) -> Result<Option<u64>, SearchError> {
        self.pass(Need::Index).map_err(SearchError::Undeclared)?;
        self.inner.version(index, id).await
    }

    async fn flush(&self) -> Result<(), SearchError> {
        self.pass(Need::Index).map_err(SearchError::Undeclared)?;
        self.inner.flush().await
    }

    async fn settled(&self) -> Result<(), SearchError> {
        self.pass(Need::Index).map_err(SearchError::Undeclared)?;
        self.inner.settled().await
    }

    async fn count(&self, index: &'static str, generation: Generation) -> Result<u64, SearchError> {
        self.pass(Need::Search).map_err(SearchError::Undeclared)?;
        self.inner.count(index, generation).await
    }

    async fn versions(
        &self,
        index: &'static str,
        generation: Generation,
        ids: &[String],
    ) -> Result<Vec<Option<u64>>, SearchError> {
        self.pass(Need::Index).map_err(SearchError::Undeclared)?;
        self.inner.versions(index, generation, ids).await
    }

    async fn list(
        &self,
        index: &'static str,
        generation: Generation,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<(String, u64)>, SearchError> {
        self.pass(Need::Index).map_err(SearchError::Undeclared)?;
        self.inner.list(index, generation, after, most).await
    }

    async fn begin(&self, index: &'static str) -> Result<String, SearchError> {
        self.pass(Need::Reindex).map_err(SearchError::Undeclared)?;
        self.inner.begin(index).await
    }

    async fn named(
        &self,
        index: &'static str,
        generation: Generation,
    ) -> Result<Option<String>, SearchError> {
        self.pass(Need::Index).map_err(SearchError::Undeclared)?;
        self.inner.named(index, generation).await
    }

    fn notice(&self) -> Duration {
        self.inner.notice()
    }

    async fn fill(&self, documents: Vec<Document>) -> Result<(), SearchError> {
        self.pass(Need::Reindex).map_err(SearchError::Undeclared)?;
        self.inner.fill(documents).await
    }

    async fn swap(&self, indices: &[&'static str]) -> Result<(), SearchError> {
        self.pass(Need::Reindex).map_err(SearchError::Undeclared)?;
        self.inner.swap(indices).await
    }

    async fn abandon(&self, index: &'static str) -> Result<(), SearchError> {
        self.pass(Need::Reindex).map_err(SearchError::Undeclared)?;
        self.inner.abandon(index).await
    }
}

#[async_trait]
impl Queues for Scoped<dyn Queues> {
    async fn send(
        &self,
        queue: &'static Queue,
        bodies: Vec<String>,
        delay: Duration,
    ) -> Result<(), QueueError> {
        self.pass(Need::Send).map_err(QueueError::Undeclared)?;
        self.inner.send(queue, bodies, delay).await
    }

    async fn receive(
        &self,
        queue: &'static Queue,
        most: usize,
        wait: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        self.pass(Need::Consume).map_err(QueueError::Undeclared)?;
        self.inner.receive(queue, most, wait).await
    }

    async fn delete(&self, queue: &'static Queue, messages: &[Received]) -> Result<(), QueueError> {
        self.pass(Need::Consume).map_err(QueueError::Undeclared)?;
        self.inner.delete(queue, messages).await
    }

    async fn hide(&self, queue: &'static Queue, message: &Received, seconds: u32) -> Result<(), QueueError> {
        self.pass(Need::Consume).map_err(QueueError::Undeclared)?;
        self.inner.hide(queue, message, seconds).await
    }

    async fn bury(&self, queue: &'static Queue, message: &Received, error: &str) -> Result<(), QueueError> {
        self.pass(Need::Consume).map_err(QueueError::Undeclared)?;
        self.inner.bury(queue, message, error).await
    }

    async fn depth(&self, queue: &'static Queue) -> Result<Depth, QueueError> {
        self.pass(Need::Depths).map_err(QueueError::Undeclared)?;
        self.inner.depth(queue).await
    }

    async fn dead_letters(&self, queue: &'static Queue, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        self.pass(Need::DeadLetters).map_err(QueueError::Undeclared)?;
        self.inner.dead_letters(queue, most).await
    }

    async fn replay(&self, queue: &'static Queue, ids: Option<&[String]>) -> Result<usize, QueueError> {
        self.pass(Need::DeadLetters).map_err(QueueError::Undeclared)?;
        self.inner.replay(queue, ids).await
    }
}

#[async_trait]
impl Outbound for Scoped<dyn Outbound> {
    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        self.grant.require(Need::Outbound).map_err(OutboundError::Undeclared)?;
        self.inner.send(request).await
    }
}
