//! The contract of the queues port.

mod dead;
mod leases;
mod sending;

use std::{sync::Arc, time::Duration};

use cairn_model::queue::Queue;

use crate::queue::{Queues, Received};

/// Leases last a second; the second failure is the last.
pub(super) static QUICK: Queue = Queue { name: "contract-quick", visibility: 1, receives: 2, batch: 10 };
/// Leases outlive the test.
pub(super) static PATIENT: Queue =
    Queue { name: "contract-patient", visibility: 120, receives: 3, batch: 10 };
/// A second one, to be left alone.
pub(super) static OTHER: Queue = Queue { name: "contract-other", visibility: 120, receives: 3, batch: 10 };

/// What the suite uses.
pub static CONTRACT_QUEUES: &[&Queue] = &[&QUICK, &PATIENT, &OTHER];

/// Longer than a lease of [`QUICK`].
const LEASE: Duration = Duration::from_millis(1_300);
/// Long enough for a message to come.
const SOON: Duration = Duration::from_secs(5);
const NOW: Duration = Duration::ZERO;

/// Runs all cases. `queues` has the empty queues [`CONTRACT_QUEUES`], each with its dead-letter queue.
pub async fn queues(queues: Arc<dyn Queues>) {
    let subject = Subject { queues };
    sending::all(&subject).await;
    leases::all(&subject).await;
    dead::all(&subject).await;
}

/// The queues under test, and short words for what the cases do to them.
struct Subject {
    queues: Arc<dyn Queues>,
}

impl Subject {
    async fn send(&self, queue: &'static Queue, bodies: &[&str]) {
        let bodies = bodies.iter().map(ToString::to_string).collect();
        self.queues.send(queue, bodies, NOW).await.unwrap();
    }

    /// Receives until `count` messages are there, which come within a few seconds or never.
    async fn receive(&self, queue: &'static Queue, count: usize) -> Vec<Received> {
        let mut messages = Vec::new();
        while messages.len() < count {
            let more = self.queues.receive(queue, count - messages.len(), SOON).await.unwrap();
            assert!(!more.is_empty(), "{queue}: only {} of {count} messages came", messages.len());
            messages.extend(more);
        }
        messages
    }

    async fn one(&self, queue: &'static Queue) -> Received {
        self.receive(queue, 1).await.remove(0)
    }

    async fn delete(&self, queue: &'static Queue, messages: &[Received]) {
        self.queues.delete(queue, messages).await.unwrap();
    }

    async fn is_empty(&self, queue: &'static Queue) -> bool {
        self.queues.receive(queue, 10, NOW).await.unwrap().is_empty()
    }
}

fn bodies(messages: &[Received]) -> Vec<&str> {
    let mut bodies: Vec<&str> = messages.iter().map(|message| message.body.as_str()).collect();
    bodies.sort_unstable();
    bodies
}
