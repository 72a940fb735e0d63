//! From the outbox to the queues.

use std::{collections::BTreeMap, time::Duration};

use cairn_model::{Result, queue::Queue, table::OUTBOX};
use cairn_ports::{
    Expect, Key,
    store::{Cursor, OutboxRow},
};

use super::{archive, message::Message};
use crate::app::App;

/// Rows relayed at once: their deletions and the archive's row are one transaction. AWS: at most 100 items in one.
const BATCH: usize = 99;

/// Microseconds after which an event should have been relayed.
const OVERDUE: i64 = 5 * 60 * 1_000_000;

/// What one pass over the outbox did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relayed {
    /// Events that were sent to all who subscribed, and are archived.
    pub events: usize,
    /// Messages that this made.
    pub messages: usize,
}

impl App {
    /// Relays what waits in the outbox. What an error leaves there is sent again by the next pass.
    ///
    /// # Errors
    /// Those of the store and of the queues.
    pub async fn relay(&self) -> Result<Relayed> {
        self.relay_all(|_| true).await
    }

    async fn relay_all(&self, wanted: impl Fn(&OutboxRow) -> bool) -> Result<Relayed> {
        let (mut done, mut cursor) = (Relayed::default(), None::<Cursor>);
        loop {
            let mut changes = self.shared.ports.store.changes(cursor.as_ref(), BATCH).await?;
            changes.rows.retain(&wanted);
            let relayed = self.relay_rows(&changes.rows).await?;
            done.events += relayed.events;
            done.messages += relayed.messages;
            cursor = changes.next;
            if cursor.is_none() {
                return Ok(done);
            }
        }
    }

    /// Relays the rows with these keys, where they are still there.
    ///
    /// # Errors
    /// Those of the store and of the queues.
    pub async fn relay_keys(&self, keys: &[Key]) -> Result<Relayed> {
        let mut rows = Vec::with_capacity(keys.len());
        for keys in keys.chunks(BATCH) {
            for item in self.shared.ports.store.batch_get(keys).await?.into_iter().flatten() {
                rows.push(OutboxRow::of(item)?);
            }
        }
        self.relay_rows(&rows).await
    }

    /// Relays rows that wait longer than [`OVERDUE`]: what told the relay of them has got lost.
    ///
    /// # Errors
    /// Those of the store and of the queues.
    pub async fn sweep_outbox(&self) -> Result<Relayed> {
        let before = self.shared.now().micros() - OVERDUE;
        self.relay_all(|row| row.event.time.micros() < before).await
    }

    /// Sends events to the queues of their subscribers, then archives them and deletes them from the outbox.
    /// Rows of one subject are sent in their order.
    ///
    /// # Errors
    /// Those of queues and store. Some messages may have been sent then; the rows stay.
    pub async fn relay_rows(&self, rows: &[OutboxRow]) -> Result<Relayed> {
        let mut done = Relayed::default();
        for rows in rows.chunks(BATCH) {
            done.messages += self.send(rows).await?;
            self.forget(rows).await?;
            done.events += rows.len();
        }
        Ok(done)
    }

    async fn send(&self, rows: &[OutboxRow]) -> Result<usize> {
        let mut bodies = BTreeMap::<(&str, Duration), Vec<String>>::new();
        for row in rows {
            for subscriber in self.subscribers.iter().filter(|subscriber| subscriber.wants(&row.event.kind)) {
                let message = Message { subscriber: subscriber.name.to_owned(), event: row.event.clone() };
                let place = (subscriber.queue.name, subscriber.delay);
                bodies.entry(place).or_default().push(message.body()?);
            }
        }
        let count = bodies.values().map(Vec::len).sum();
        for ((name, delay), bodies) in bodies {
            if let Some(queue) = Queue::named(name) {
                self.shared.ports.queues.send(queue, bodies, delay).await?;
            }
        }
        Ok(count)
    }

    /// The rows go into the archive as they go from the outbox.
    async fn forget(&self, rows: &[OutboxRow]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut work = self.shared.work();
        work.put(archive::item(rows, &work.id), Expect::Absent);
        for row in rows {
            debug_assert_eq!(row.key.table, OUTBOX);
            work.delete(row.key.clone(), Expect::Any);
        }
        Ok(self.shared.ports.store.commit(&work).await?)
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
