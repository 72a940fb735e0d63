//! Ports that fail, stall, repeat and reorder, as a seed says.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use cairn_model::{Table, UserId, queue::Queue};
use cairn_ports::{
    Ports, Queues, SearchIndex, Store, StoreError, Work,
    queue::{DeadLetter, Depth, QueueError, Received},
    search::{Document, Found, Generation, Search, SearchError},
    store::{Changes, Cursor, Item, Items, Key, Page, Scanned, Segment},
};

/// The source of all that goes wrong. Fair until it is let loose.
pub(crate) struct Dice {
    state: Mutex<u64>,
    loose: AtomicBool,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: Mutex::new(seed), loose: AtomicBool::new(false) }
    }

    pub(crate) fn let_loose(&self, loose: bool) {
        self.loose.store(loose, Ordering::SeqCst);
    }

    /// A number below `bound` (splitmix64).
    pub(crate) fn below(&self, bound: u64) -> u64 {
        let mut state = self.state.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// Happens so many times in a thousand.
    fn happens(&self, in_a_thousand: u64) -> bool {
        self.loose.load(Ordering::SeqCst) && self.below(1_000) < in_a_thousand
    }

    /// A call takes its time.
    async fn stall(&self) {
        if self.happens(100) {
            tokio::time::sleep(Duration::from_micros(self.below(3_000))).await;
        } else if self.happens(500) {
            tokio::task::yield_now().await;
        }
    }
}

/// A port with its faults.
pub(crate) struct Faulty<P: ?Sized> {
    inner: Arc<P>,
    dice: Arc<Dice>,
}

/// The same ports, with faults.
pub(crate) fn faulty(ports: Ports, dice: &Arc<Dice>) -> Ports {
    Ports {
        store: Arc::new(Faulty { inner: ports.store, dice: dice.clone() }),
        search: Arc::new(Faulty { inner: ports.search, dice: dice.clone() }),
        queues: Arc::new(Faulty { inner: ports.queues, dice: dice.clone() }),
        ..ports
    }
}

fn down() -> String {
    "chaos".to_owned()
}

impl Faulty<dyn Store> {
    async fn before(&self) -> Result<(), StoreError> {
        self.dice.stall().await;
        if self.dice.happens(15) { Err(StoreError::Unavailable(down())) } else { Ok(()) }
    }
}

#[async_trait]
impl Store for Faulty<dyn Store> {
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.before().await?;
        self.inner.get(key).await
    }

    async fn batch_get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.before().await?;
        self.inner.batch_get(keys).await
    }

    async fn query(&self, table: Table, partition: &str, page: &Page) -> Result<Items, StoreError> {
        self.before().await?;
        self.inner.query(table, partition, page).await
    }

    async fn commit(&self, work: &Work) -> Result<(), StoreError> {
        self.before().await?;
        let outcome = self.inner.commit(work).await;
        self.dice.stall().await;
        // Done, and nobody is told.
        if self.dice.happens(20) { Err(StoreError::Unknown(down())) } else { outcome }
    }

    async fn names_body(&self, key: &Key, object: &str) -> Result<bool, StoreError> {
        self.before().await?;
        self.inner.names_body(key, object).await
    }

    async fn changes(&self, after: Option<&Cursor>, limit: usize) -> Result<Changes, StoreError> {
        self.before().await?;
        self.inner.changes(after, limit).await
    }

    async fn scan_segment(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Scanned, StoreError> {
        self.before().await?;
        self.inner.scan_segment(table, segment, after, limit).await
    }

    async fn scan_keys(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<(Vec<Key>, Option<Cursor>), StoreError> {
        self.before().await?;
        self.inner.scan_keys(table, segment, after, limit).await
    }
}

impl Faulty<dyn SearchIndex> {
    async fn before(&self) -> Result<(), SearchError> {
        self.dice.stall().await;
        if self.dice.happens(40) { Err(SearchError::Unavailable(down())) } else { Ok(()) }
    }
}

#[async_trait]
impl SearchIndex for Faulty<dyn SearchIndex> {
    async fn write(&self, documents: Vec<Document>, writer: Option<&UserId>) -> Result<(), SearchError> {
        self.before().await?;
        self.inner.write(documents, writer).await
    }

    async fn search(&self, search: &Search) -> Result<Found, SearchError> {
        self.before().await?;
        self.inner.search(search).await
    }

    async fn version(&self, index: &'static str, id: &str) -> Result<Option<u64>, SearchError> {
        self.before().await?;
        self.inner.version(index, id).await
    }

    async fn flush(&self) -> Result<(), SearchError> {
        self.before().await?;
        self.inner.flush().await
    }

    async fn settled(&self) -> Result<(), SearchError> {
        self.before().await?;
        self.inner.flush().await
    }

    async fn count(&self, index: &'static str, generation: Generation) -> Result<u64, SearchError> {
        self.inner.count(index, generation).await
    }

    async fn versions(
        &self,
        index: &'static str,
        generation: Generation,
        ids: &[String],
    ) -> Result<Vec<Option<u64>>, SearchError> {
        self.before().await?;
        self.inner.versions(index, generation, ids).await
    }

    async fn list(
        &self,
        index: &'static str,
        generation: Generation,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<(String, u64)>, SearchError> {
        self.before().await?;
        self.inner.list(index, generation, after, most).await
    }

    async fn begin(&self, index: &'static str) -> Result<String, SearchError> {
        self.before().await?;
        self.inner.begin(index).await
    }

    async fn named(
        &self,
        index: &'static str,
        generation: Generation,
    ) -> Result<Option<String>, SearchError> {
        self.before().await?;
        self.inner.named(index, generation).await
    }

    fn notice(&self) -> Duration {
        self.inner.notice()
    }

    async fn fill(&self, documents: Vec<Document>) -> Result<(), SearchError> {
        self.before().await?;
        self.inner.fill(documents).await
    }

    async fn swap(&self, indices: &[&'static str]) -> Result<(), SearchError> {
        self.before().await?;
        self.inner.swap(indices).await
    }

    async fn abandon(&self, index: &'static str) -> Result<(), SearchError> {
        self.before().await?;
        self.inner.abandon(index).await
    }
}

impl Faulty<dyn Queues> {
    async fn before(&self) -> Result<(), QueueError> {
        self.dice.stall().await;
        if self.dice.happens(30) { Err(QueueError::Unavailable(down())) } else { Ok(()) }
    }
}

#[async_trait]
impl Queues for Faulty<dyn Queues> {
    async fn send(
        &self,
        queue: &'static Queue,
        mut bodies: Vec<String>,
        delay: Duration,
    ) -> Result<(), QueueError> {
        self.before().await?;
        // In any order, and sometimes three times.
        for at in (1..bodies.len()).rev() {
            bodies.swap(at, usize::try_from(self.dice.below(at as u64 + 1)).unwrap());
        }
        if self.dice.happens(100) {
            bodies = [bodies.clone(), bodies.clone(), bodies].concat();
        }
        if self.dice.happens(20) {
            bodies.truncate(bodies.len() / 2);
            self.inner.send(queue, bodies, delay).await?;
            return Err(QueueError::Unavailable(down()));
        }
        self.inner.send(queue, bodies, delay).await
    }

    async fn receive(
        &self,
        queue: &'static Queue,
        most: usize,
        wait: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        self.before().await?;
        let some = usize::try_from(1 + self.dice.below(30)).unwrap();
        let messages = self.inner.receive(queue, most.min(some), wait).await?;
        for message in &messages {
            // Somebody else gets it too.
            if self.dice.happens(50) {
                self.inner.hide(queue, message, 0).await?;
            }
        }
        Ok(messages)
    }

    async fn delete(&self, queue: &'static Queue, messages: &[Received]) -> Result<(), QueueError> {
        self.before().await?;
        self.inner.delete(queue, messages).await
    }

    async fn hide(&self, queue: &'static Queue, message: &Received, seconds: u32) -> Result<(), QueueError> {
        self.before().await?;
        self.inner.hide(queue, message, seconds).await
    }

    async fn bury(&self, queue: &'static Queue, message: &Received, error: &str) -> Result<(), QueueError> {
        self.before().await?;
        self.inner.bury(queue, message, error).await
    }

    async fn depth(&self, queue: &'static Queue) -> Result<Depth, QueueError> {
        self.inner.depth(queue).await
    }

    async fn dead_letters(&self, queue: &'static Queue, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        self.inner.dead_letters(queue, most).await
    }

    async fn replay(&self, queue: &'static Queue, ids: Option<&[String]>) -> Result<usize, QueueError> {
        self.inner.replay(queue, ids).await
    }
}
