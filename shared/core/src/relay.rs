//! From the outbox to the index: what was committed is indexed, whatever happened to the process that committed it.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Event, Result, mapping::Mapping, table::OUTBOX};
use cairn_ports::{
    Expect, Key,
    search::Document,
    store::{Cursor, OutboxRow},
};

use crate::{app::App, framework::Source};

/// Rows taken from the outbox at once; also how many one transaction may delete.
const BATCH: usize = 100;
/// Rows that share one flush of the index.
const SHARED_FLUSH: usize = 2_000;

/// What one pass over the outbox did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relayed {
    /// Rows that were delivered and are gone.
    pub delivered: usize,
    /// Rows that stay for the next pass, because something about them failed.
    pub failed: usize,
}

impl App {
    /// Delivers what waits in the outbox to the index: strong read, then write with its index version, then delete.
    /// Doing it twice changes nothing. A row that fails stays, and does not hold up the others.
    ///
    /// # Errors
    /// Those of reading the outbox; failures of single rows are logged and counted.
    pub async fn relay(&self) -> Result<Relayed> {
        let (mut done, mut cursor) = (Relayed::default(), None::<Cursor>);
        loop {
            // Making an index durable costs several syncs, whatever the number of documents: many rows share one.
            let mut delivered = Vec::new();
            loop {
                let changes = self.shared.ports.store.changes(cursor.as_ref(), BATCH).await?;
                delivered.extend(self.deliver(changes.rows, &mut done).await?);
                cursor = changes.next;
                if cursor.is_none() || delivered.len() >= SHARED_FLUSH {
                    break;
                }
            }
            self.forget(&delivered).await?;
            done.delivered += delivered.len();
            if cursor.is_none() {
                return Ok(done);
            }
        }
    }

    /// Deletes rows once what they stand for is durable in the index.
    async fn forget(&self, rows: &[Key]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.shared.ports.search.flush().await?;
        for chunk in rows.chunks(BATCH) {
            let mut work = self.shared.work();
            for key in chunk {
                work.delete(key.clone(), Expect::Any);
            }
            self.shared.ports.store.commit(&work).await?;
        }
        Ok(())
    }

    async fn deliver(&self, rows: Vec<OutboxRow>, done: &mut Relayed) -> Result<Vec<Key>> {
        // Only the newest event of a subject tells whether the index has caught up with it.
        let newest: BTreeMap<&str, &Event> =
            rows.iter().map(|row| (row.event.subject.as_str(), &row.event)).collect();
        let mut failed = BTreeSet::new();
        for (subject, event) in newest {
            if let Err(error) = self.index_subject(event).await {
                tracing::warn!(event.subject = %subject, %error, "{subject} stays in the outbox: {error}");
                failed.insert(subject.to_owned());
            }
        }
        let mut delivered = Vec::with_capacity(rows.len());
        for row in rows {
            debug_assert_eq!(row.key.table, OUTBOX);
            if failed.contains(&row.event.subject) {
                done.failed += 1;
            } else {
                delivered.push(row.key);
            }
        }
        Ok(delivered)
    }

    /// Brings what the index says of an event's subject up to date.
    async fn index_subject(&self, event: &Event) -> Result<()> {
        let Some((collection, id)) = event.subject.split_once('/') else { return Ok(()) };
        let Some(source) = self.sources.iter().find(|source| source.collection() == collection) else {
            return Ok(());
        };
        let version = event.data["index_version"].as_u64();
        if self.is_indexed(*source, id, version).await? {
            return Ok(());
        }
        let documents = match source.documents(&self.shared, id).await? {
            Some(documents) => documents,
            None => gone(*source, id, version),
        };
        Ok(self.shared.ports.search.write(documents, None).await?)
    }

    /// The direct write after the commit has been there: nothing to read, nothing to write.
    async fn is_indexed(&self, source: &dyn Source, id: &str, version: Option<u64>) -> Result<bool> {
        let Some(version) = version else { return Ok(false) };
        for mapping in source.mappings() {
            if self.shared.ports.search.version(mapping.index, id).await?.is_none_or(|known| known < version)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many events wait in the outbox (at most `most`), and since when the first of them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn outbox(&self, most: usize) -> Result<(usize, Option<cairn_model::Timestamp>)> {
        let (mut waiting, mut oldest, mut cursor) = (0, None, None::<Cursor>);
        loop {
            let changes = self.shared.ports.store.changes(cursor.as_ref(), BATCH).await?;
            waiting += changes.rows.len();
            let times = changes.rows.iter().map(|row| row.event.time);
            oldest = times.chain(oldest).min();
            cursor = changes.next;
            if cursor.is_none() || waiting >= most {
                return Ok((waiting, oldest));
            }
        }
    }
}

/// Nothing is left of the entity: the event's own index version is the last there will ever be.
fn gone(source: &dyn Source, id: &str, version: Option<u64>) -> Vec<Document> {
    let version = version.unwrap_or(u64::MAX);
    let document =
        |mapping: &Mapping| Document { index: mapping.index, id: id.to_owned(), version, source: None };
    source.mappings().into_iter().map(document).collect()
}
