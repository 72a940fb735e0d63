//! From the outbox to the index: what was committed is indexed, whatever happened to the process that committed it.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Event, Pid, Record, Result, UserId, kinds::users::USER, relation, table::OUTBOX};
use cairn_ports::{
    Expect, Key,
    search::Document,
    store::{Cursor, OutboxRow},
};

use crate::{
    app::{App, RECORD_KINDS},
    framework::entries::SORT,
    users, vocabularies,
};

/// Rows taken from the outbox at once; also how many one transaction may delete.
const BATCH: usize = 100;

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
            let changes = self.shared.ports.store.changes(cursor.as_ref(), BATCH).await?;
            let delivered = self.deliver(changes.rows, &mut done).await?;
            if !delivered.is_empty() {
                self.shared.ports.search.flush().await?;
                let mut work = self.shared.work();
                for key in &delivered {
                    work.delete(key.clone(), Expect::Any);
                }
                self.shared.ports.store.commit(&work).await?;
                done.delivered += delivered.len();
            }
            cursor = changes.next;
            if cursor.is_none() {
                return Ok(done);
            }
        }
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
        let documents = match event.subject.split_once('/') {
            Some(("records", id)) => self.record_documents(event, id).await?,
            Some(("vocabularies", id)) => self.entry_document(id).await?,
            Some(("users", id)) => self.user_document(id).await?,
            _ => Vec::new(),
        };
        if documents.is_empty() {
            return Ok(());
        }
        Ok(self.shared.ports.search.write(documents, None).await?)
    }

    async fn record_documents(&self, event: &Event, id: &str) -> Result<Vec<Document>> {
        if self.is_indexed(event, id).await? {
            return Ok(Vec::new());
        }
        let Some((family, entries)) = self.shared.family(RECORD_KINDS, &Pid::parse(id)?).await? else {
            // Nothing is left of it: the event's own index version is the last there will ever be.
            let version = event.data["index_version"].as_u64().unwrap_or(u64::MAX);
            let mappings = [RECORD_KINDS.record.mapping, RECORD_KINDS.record.drafts];
            return Ok(mappings
                .into_iter()
                .flatten()
                .map(|mapping| Document { index: mapping.index, id: id.to_owned(), version, source: None })
                .collect());
        };
        family.documents(&entries)
    }

    /// The direct write after the commit has been there: nothing to read, nothing to write.
    async fn is_indexed(&self, event: &Event, id: &str) -> Result<bool> {
        let Some(version) = event.data["index_version"].as_u64() else { return Ok(false) };
        for mapping in [RECORD_KINDS.record.mapping, RECORD_KINDS.record.drafts].into_iter().flatten() {
            if self.shared.ports.search.version(mapping.index, id).await?.is_none_or(|known| known < version)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn entry_document(&self, id: &str) -> Result<Vec<Document>> {
        let kind = &cairn_model::kinds::entries::ENTRY;
        let Some(item) = self.shared.ports.store.get(&Key::new(kind.table, id, SORT)).await? else {
            return Ok(Vec::new());
        };
        let entry = Record::from_stored(kind, id, item.revision, item.body)?;
        let references = relation::references(kind.relations, &entry.document);
        let (entries, _) = self.shared.entries_and(&references, Vec::new()).await?;
        Ok(vec![vocabularies::dump(&entry, &entries)])
    }

    async fn user_document(&self, id: &str) -> Result<Vec<Document>> {
        let item = self.shared.ports.store.get(&users::user_key(&UserId(id.to_owned()))).await?;
        let Some(item) = item else { return Ok(Vec::new()) };
        Ok(vec![users::dump(&Record::from_stored(&USER, id, item.revision, item.body)?)])
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
