//! Documents that are too large for the store: they lie in the object storage, and an item says where.
//!
//! A decorator of the store: nobody above it knows. Objects come before the items that name them, under the name of the
//! work: a repeated work writes the same objects again. Each is one item's: a state in the history has its own. Which
//! item that is stands in its header, so that a sweep can ask whether the item still names it.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_model::{Table, objects::Place};
use flate2::{GzBuilder, read::GzDecoder};
use futures::future::try_join_all;
use serde_json::{Value, json};

use crate::{
    body::{Body, MAX_DEPTH, deeper_than, pack_with},
    objects::{Locations, ObjectError, Objects, digest::Digester},
    store::{Changes, Cursor, Item, Items, Key, Page, Scanned, Segment, Store, StoreError},
    work::{Change, Work},
};

/// What keys of such objects begin with.
pub const BODIES: &str = "bodies/";
/// The key of a body that only says where the document is.
const POINTER: &str = "$object";
/// Most bytes of a document, as JSON.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Most bytes of an object's header: a key has at most 3,072, some of them escaped.
const HEADER: u64 = 32 * 1024;

/// A store that puts documents elsewhere which it cannot hold.
pub struct Overflowing {
    store: Arc<dyn Store>,
    objects: Locations,
}

impl Overflowing {
    /// The same store, with room for large documents.
    pub fn new(store: Arc<dyn Store>, objects: Locations) -> Self {
        Self { store, objects }
    }

    /// The same work with documents that are too large as objects. Nothing, if none is.
    async fn shrunk(&self, work: &Work) -> Result<Option<Work>, StoreError> {
        let mut smaller = work.clone();
        let mut count = 0;
        for change in &mut smaller.changes {
            let Change::Put { item, .. } = change else { continue };
            if matches!(Body::encode(&item.body), Err(StoreError::TooLarge(_))) {
                item.body = self.put(&item.key, &work.id, count, &item.body).await?;
                count += 1;
            }
        }
        Ok((count > 0).then_some(smaller))
    }

    async fn put(&self, key: &Key, work: &str, at: usize, body: &Value) -> Result<Value, StoreError> {
        let text = body.to_string();
        if text.len() as u64 > LARGEST || deeper_than(body, MAX_DEPTH) {
            return Err(StoreError::TooLarge(format!(
                "the document `{key}` is too large, or nested too deep"
            )));
        }
        // No text of JSON holds a zero byte, which would end the comment.
        let header = GzBuilder::new().comment(json!([key.partition, key.sort]).to_string());
        let packed = pack_with(header, &text).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let sha256 = Digester::of(&packed).sha256;
        let name = format!("{BODIES}{}/{work}-{at}", key.table);
        let size = packed.len();
        let home = self.objects.home()?;
        home.put(&name, Bytes::from(packed)).await?;
        Ok(json!({POINTER: name, "location": self.objects.default, "bytes": size, "sha256": sha256}))
    }

    async fn resolve(&self, mut item: Item) -> Result<Item, StoreError> {
        let Some(name) = item.body.get(POINTER).and_then(Value::as_str) else { return Ok(item) };
        let damaged = |why: &str| StoreError::Damaged(format!("the document of `{}`: {why}", item.key));
        let location = item.body["location"].as_str().unwrap_or(&self.objects.default).to_owned();
        let place = Place { location, key: name.to_owned(), version: None };
        let size = item.body["bytes"].as_u64().unwrap_or(0).min(LARGEST);
        let objects = self.objects.get(&place.location)?;
        let packed = match objects.read(&place, 0..size).await {
            Ok(packed) => packed,
            Err(ObjectError::Missing(_)) => return Err(damaged("its object is missing")),
            Err(error) => return Err(error.into()),
        };
        if Digester::of(&packed).sha256.as_deref() != item.body["sha256"].as_str() {
            return Err(damaged("its object is not what was written"));
        }
        item.body = Body::decode_packed(&packed).map_err(|_| damaged("its object is no document"))?;
        Ok(item)
    }

    async fn resolve_found(&self, item: Option<Item>) -> Result<Option<Item>, StoreError> {
        match item {
            Some(item) => self.resolve(item).await.map(Some),
            None => Ok(None),
        }
    }

    async fn resolve_all(&self, items: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        try_join_all(items.into_iter().map(|item| self.resolve(item))).await
    }
}

/// The item whose document lies at `place`, among these tables. Nothing where the object does not say.
///
/// # Errors
/// Those of the object storage.
pub async fn owner(
    objects: &dyn Objects,
    place: &Place,
    size: u64,
    tables: &[Table],
) -> Result<Option<Key>, ObjectError> {
    let head = objects.read(place, 0..size.min(HEADER)).await?;
    let decoder = GzDecoder::new(&head[..]);
    let comment = decoder.header().and_then(flate2::GzHeader::comment);
    let names: Option<(String, String)> = comment.and_then(|text| serde_json::from_slice(text).ok());
    let table = place.key.strip_prefix(BODIES).and_then(|rest| rest.split('/').next());
    let table = tables.iter().find(|known| table == Some(known.0));
    Ok(table.zip(names).map(|(table, (partition, sort))| Key::new(*table, partition, sort)))
}

impl From<ObjectError> for StoreError {
    fn from(error: ObjectError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

#[async_trait]
impl Store for Overflowing {
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.resolve_found(self.store.get(key).await?).await
    }

    async fn batch_get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        let found = self.store.batch_get(keys).await?;
        try_join_all(found.into_iter().map(|item| self.resolve_found(item))).await
    }

    async fn query(&self, table: Table, partition: &str, page: &Page) -> Result<Items, StoreError> {
        let Items { items, next } = self.store.query(table, partition, page).await?;
        Ok(Items { items: self.resolve_all(items).await?, next })
    }

    async fn commit(&self, work: &Work) -> Result<(), StoreError> {
        // Nearly every work fits: only one that does not is looked at.
        match self.store.commit(work).await {
            Err(StoreError::TooLarge(message)) => match self.shrunk(work).await? {
                Some(smaller) => self.store.commit(&smaller).await,
                None => Err(StoreError::TooLarge(message)),
            },
            done => done,
        }
    }

    async fn names_body(&self, key: &Key, object: &str) -> Result<bool, StoreError> {
        let item = self.store.get(key).await?;
        Ok(item.is_some_and(|item| item.body.get(POINTER).and_then(Value::as_str) == Some(object)))
    }

    async fn changes(&self, after: Option<&Cursor>, limit: usize) -> Result<Changes, StoreError> {
        self.store.changes(after, limit).await
    }

    async fn scan_segment(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Scanned, StoreError> {
        let Scanned { items, next } = self.store.scan_segment(table, segment, after, limit).await?;
        Ok(Scanned { items: self.resolve_all(items).await?, next })
    }

    async fn scan_keys(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<(Vec<Key>, Option<Cursor>), StoreError> {
        self.store.scan_keys(table, segment, after, limit).await
    }
}
