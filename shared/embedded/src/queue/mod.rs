//! Queues in a file beside the primary store, with SQS's promises.
//!
//! What was sent is on the disk before the sender is told. What was received or deleted may come once more after a
//! power cut, as it may on SQS at any time.

mod messages;
mod schema;
mod standstill;
mod thread;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use cairn_model::queue::Queue;
use cairn_ports::{
    Clock,
    queue::{DeadLetter, Depth, LONGEST_HIDING, QueueError, Queues, Received, check_bodies},
};

use messages::{Arrived, Lease};
pub use standstill::Standstill;
use thread::{Effect, Thread};

/// The database's file in the data folder.
pub const FILE: &str = "queues.db";

/// The queues of a site on one machine. Clones share them.
#[derive(Clone)]
pub struct SqliteQueues {
    thread: Arc<Thread>,
    clock: Arc<dyn Clock>,
}

impl SqliteQueues {
    /// Opens `queues.db` of a folder that is there and no other process's, made if absent. Leases end. `clock` decides when messages come back.
    ///
    /// # Errors
    /// [`QueueError::Unavailable`] if it cannot be read or written.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, QueueError> {
        let connection = schema::open_folder(folder, clock.now().micros())?;
        Ok(Self { thread: Arc::new(Thread::start(connection)?), clock })
    }

    /// New, empty queues that are gone with the last clone.
    ///
    /// # Errors
    /// [`QueueError::Unavailable`] if there is no memory or thread for them.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Result<Self, QueueError> {
        Ok(Self { thread: Arc::new(Thread::start(schema::open_memory()?)?), clock })
    }

    fn now(&self) -> i64 {
        self.clock.now().micros()
    }
}

#[async_trait]
impl Queues for SqliteQueues {
    async fn send(
        &self,
        queue: &'static Queue,
        bodies: Vec<String>,
        delay: Duration,
    ) -> Result<(), QueueError> {
        check_bodies(&bodies)?;
        if bodies.is_empty() {
            return Ok(());
        }
        let (now, delay) = (self.now(), i64::try_from(delay.as_micros()).unwrap_or(i64::MAX));
        let visible = now.saturating_add(delay);
        let task = move |connection: &_| messages::send(connection, queue, &bodies, now, visible);
        self.thread.run(Effect::Arrival, task).await
    }

    async fn receive(
        &self,
        queue: &'static Queue,
        most: usize,
        wait: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        let deadline = tokio::time::Instant::now() + wait;
        let mut changed = self.thread.changed();
        loop {
            changed.mark_unchanged();
            let now = self.now();
            let task = move |connection: &_| messages::receive(connection, queue, most, now);
            let Arrived { messages, next } = self.thread.run(Effect::Departure, task).await?;
            let left = deadline.saturating_duration_since(tokio::time::Instant::now());
            if !messages.is_empty() || left.is_zero() {
                return Ok(messages);
            }
            let hidden = next.map_or(left, |next| Duration::from_micros(next.abs_diff(now)));
            tokio::select! {
                _ = changed.changed() => {}
                () = tokio::time::sleep(hidden.min(left)) => {}
            }
        }
    }

    async fn delete(&self, queue: &'static Queue, messages: &[Received]) -> Result<(), QueueError> {
        let leases: Vec<Lease> = messages.iter().filter_map(Lease::of).collect();
        let task = move |connection: &_| messages::delete(connection, queue, &leases);
        self.thread.run(Effect::Departure, task).await
    }

    async fn hide(&self, queue: &'static Queue, message: &Received, seconds: u32) -> Result<(), QueueError> {
        let Some(lease) = Lease::of(message) else { return Ok(()) };
        let until = self.now() + i64::from(seconds.min(LONGEST_HIDING)) * 1_000_000;
        let task = move |connection: &_| messages::hide(connection, queue, lease, until);
        self.thread.run(Effect::Arrival, task).await
    }

    async fn bury(&self, queue: &'static Queue, message: &Received, error: &str) -> Result<(), QueueError> {
        let Some(lease) = Lease::of(message) else { return Ok(()) };
        let (now, error) = (self.now(), error.to_owned());
        let task = move |connection: &_| messages::bury(connection, queue, lease, &error, now);
        self.thread.run(Effect::Arrival, task).await
    }

    async fn depth(&self, queue: &'static Queue) -> Result<Depth, QueueError> {
        let now = self.now();
        self.thread.run(Effect::Departure, move |connection| messages::depth(connection, queue, now)).await
    }

    async fn dead_letters(&self, queue: &'static Queue, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let task = move |connection: &_| messages::dead_letters(connection, queue, most);
        self.thread.run(Effect::Departure, task).await
    }

    async fn replay(&self, queue: &'static Queue, ids: Option<&[String]>) -> Result<usize, QueueError> {
        let (now, ids) = (self.now(), ids.map(<[String]>::to_vec));
        let task = move |connection: &_| messages::replay(connection, queue, ids.as_deref(), now);
        self.thread.run(Effect::Arrival, task).await
    }
}
