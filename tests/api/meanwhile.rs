//! What happens between the steps of an operation, where a test has something happen there.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cairn_model::Table;
use cairn_ports::{
    Item, Key, Ports, Store, StoreError, Work,
    store::{Changes, Cursor, Items, Page, Scanned, Segment},
};
use futures::future::BoxFuture;

use crate::support::{Extension, Site};

/// Where in an operation.
#[derive(Clone, Copy)]
pub(crate) enum Moment {
    /// Before items are read together of which one is so.
    Read(fn(&Key) -> bool),
    /// Before changes are committed of which one is of such an item.
    Commit(fn(&Key) -> bool),
}

/// What happens at the next such moment, once.
#[derive(Clone, Default)]
pub(crate) struct Meanwhile(Arc<Mutex<Option<BoxFuture<'static, ()>>>>);

impl Meanwhile {
    /// A site of which every store waits for what is to happen.
    pub(crate) async fn at(moment: Moment) -> (Site, Self) {
        let meanwhile = Self::default();
        let happens = meanwhile.clone();
        let wrap = move |ports: Ports| Ports {
            store: Arc::new(Waiting { inner: ports.store.clone(), moment, meanwhile: happens.clone() }),
            ..ports
        };
        let site = Site::with(&Extension { wrap: Some(Box::new(wrap)), ..Extension::default() }).await;
        (site, meanwhile)
    }

    /// Says what is to happen.
    pub(crate) fn set(&self, what: impl Future<Output = ()> + Send + 'static) {
        *self.0.lock().unwrap() = Some(Box::pin(what));
    }

    /// Whether it has happened.
    pub(crate) fn is_over(&self) -> bool {
        self.0.lock().unwrap().is_none()
    }

    async fn happen(&self) {
        let what = self.0.lock().unwrap().take();
        if let Some(what) = what {
            what.await;
        }
    }
}

/// A store that lets something happen first.
struct Waiting {
    inner: Arc<dyn Store>,
    moment: Moment,
    meanwhile: Meanwhile,
}

#[async_trait]
impl Store for Waiting {
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.inner.get(key).await
    }

    async fn batch_get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        if let Moment::Read(is_meant) = self.moment
            && keys.iter().any(is_meant)
        {
            self.meanwhile.happen().await;
        }
        self.inner.batch_get(keys).await
    }

    async fn query(&self, table: Table, partition: &str, page: &Page) -> Result<Items, StoreError> {
        self.inner.query(table, partition, page).await
    }

    async fn commit(&self, work: &Work) -> Result<(), StoreError> {
        if let Moment::Commit(is_meant) = self.moment
            && work.changes.iter().any(|change| is_meant(change.key()))
        {
            self.meanwhile.happen().await;
        }
        self.inner.commit(work).await
    }

    async fn changes(&self, after: Option<&Cursor>, limit: usize) -> Result<Changes, StoreError> {
        self.inner.changes(after, limit).await
    }

    async fn scan_segment(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Scanned, StoreError> {
        self.inner.scan_segment(table, segment, after, limit).await
    }
}
