//! The queues port: messages at least once, leases, receive counts, dead letters. The promises are those of SQS.
//!
//! Standard queues only: order is not promised. Who needs it looks at the event's revision.

use std::time::Duration;

use async_trait::async_trait;
use cairn_model::{Timestamp, queue::Queue};

/// The longest body, in bytes. AWS: events of functions carry messages of up to 256 KiB; what is left is for attributes.
pub const LONGEST_BODY: usize = 250_000;

/// The longest delay and the longest time a message can stay hidden, in seconds. AWS: 12 hours.
pub const LONGEST_HIDING: u32 = 43_200;

/// A message as it was received. Its lease ends when the queue's visibility time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The message's id: the same at each receive.
    pub id: String,
    /// The lease: another at each receive.
    pub receipt: String,
    /// What was sent.
    pub body: String,
    /// How often it was received, this time included.
    pub receives: u32,
    /// When it was sent.
    pub sent: Timestamp,
    /// Who sent it: a principal id of AWS, or [`LOCAL`].
    pub sender: String,
}

/// The sender of everything on one machine: whoever may write its data folder.
pub const LOCAL: &str = "local";

/// A message that nobody could act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The message's id in the dead-letter queue.
    pub id: String,
    /// What was sent.
    pub body: String,
    /// Why it is here, in the consumer's words.
    pub error: String,
    /// When it came here.
    pub died: Timestamp,
}

/// How full a queue is. On SQS these are approximate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Messages that can be received now.
    pub waiting: u64,
    /// Messages that are received and neither deleted nor back, or put off.
    pub hidden: u64,
    /// Messages in the dead-letter queue.
    pub dead: u64,
    /// When the oldest message that can be received was sent; SQS does not tell.
    pub oldest: Option<Timestamp>,
}

/// Why a queue did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// The service cannot be reached or answers that it is busy: try again.
    #[error("the queue is not available: {0}")]
    Unavailable(String),
    /// A body that no queue takes.
    #[error("a message of {0} bytes is too long: at most {LONGEST_BODY}")]
    TooLong(usize),
    /// The operation did not declare that it uses the queue.
    #[error("undeclared need: {0}")]
    Undeclared(String),
}

impl From<QueueError> for cairn_model::Error {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Unavailable(_) => Self::Unavailable(error.to_string()),
            QueueError::TooLong(_) => Self::TooLarge(error.to_string()),
            QueueError::Undeclared(need) => Self::Undeclared(need),
        }
    }
}

/// The queues of a site.
#[async_trait]
pub trait Queues: Send + Sync {
    /// Sends messages, to be received after `delay` at the earliest. After an error some may have been sent.
    async fn send(
        &self,
        queue: &'static Queue,
        bodies: Vec<String>,
        delay: Duration,
    ) -> Result<(), QueueError>;

    /// Receives at most `most` messages; waits for the first one up to `wait`. AWS: at most 20 seconds.
    async fn receive(
        &self,
        queue: &'static Queue,
        most: usize,
        wait: Duration,
    ) -> Result<Vec<Received>, QueueError>;

    /// Deletes messages that were dealt with. A lease that is over deletes nothing.
    async fn delete(&self, queue: &'static Queue, messages: &[Received]) -> Result<(), QueueError>;

    /// Makes a message come back after `seconds` instead of at the end of its lease.
    async fn hide(&self, queue: &'static Queue, message: &Received, seconds: u32) -> Result<(), QueueError>;

    /// Moves a message to the dead-letter queue and says why.
    async fn bury(&self, queue: &'static Queue, message: &Received, error: &str) -> Result<(), QueueError>;

    /// How full a queue is.
    async fn depth(&self, queue: &'static Queue) -> Result<Depth, QueueError>;

    /// Some dead letters, at most `most`, oldest first where the queue knows.
    async fn dead_letters(&self, queue: &'static Queue, most: usize) -> Result<Vec<DeadLetter>, QueueError>;

    /// Sends dead letters again, those with these ids or all; tells how many.
    async fn replay(&self, queue: &'static Queue, ids: Option<&[String]>) -> Result<usize, QueueError>;
}

/// What every adapter checks before it sends.
///
/// # Errors
/// [`QueueError::TooLong`] for the first body that is too long.
pub fn check_bodies(bodies: &[String]) -> Result<(), QueueError> {
    match bodies.iter().find(|body| body.len() > LONGEST_BODY) {
        Some(body) => Err(QueueError::TooLong(body.len())),
        None => Ok(()),
    }
}

/// Seconds until a message that failed comes back: twice as long each time, at most ten minutes.
pub fn backoff(receives: u32) -> u32 {
    2_u32.saturating_pow(receives.saturating_sub(1).min(10)).min(600)
}
