//! From the queues to those who subscribed.

use std::collections::BTreeMap;

use cairn_model::{
    Error, Event, Result,
    queue::{JOBS, Queue},
};
use cairn_ports::queue::{Received, backoff};

use super::message::Message;
use crate::app::App;

/// A message that was not dealt with, and will come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The message's id.
    pub id: String,
    /// Why, for people.
    pub error: String,
}

impl App {
    /// Acts on messages of a queue. Those that failed come back later and later; at the last receive that the queue
    /// allows, a message goes to the dead-letter queue with its error. Returns what failed; the rest can be deleted.
    pub async fn consume(&self, queue: &'static Queue, messages: &[Received]) -> Vec<Failed> {
        let outcomes = self.act(queue, messages).await;
        let mut failed = Vec::new();
        for (message, outcome) in messages.iter().zip(outcomes) {
            let Err(error) = outcome else { continue };
            let error = error.to_string();
            tracing::warn!(
                queue.name, message.id, message.receives, %error, "a message on {queue} failed: {error}"
            );
            if self.put_off(queue, message, &error).await {
                failed.push(Failed { id: message.id.clone(), error });
            }
        }
        failed
    }

    /// Whether the message is still on the queue. If neither can be done, it comes back at the end of its lease.
    async fn put_off(&self, queue: &'static Queue, message: &Received, error: &str) -> bool {
        let queues = &self.shared.ports.queues;
        let is_last = message.receives >= queue.receives;
        let done = if is_last {
            queues.bury(queue, message, error).await
        } else {
            queues.hide(queue, message, backoff(message.receives)).await
        };
        if let Err(error) = &done {
            tracing::warn!(queue.name, message.id, %error, "a message cannot be put off: {error}");
        }
        !is_last || done.is_err()
    }

    /// The outcome of each message: each subscriber gets its events together.
    async fn act(&self, queue: &Queue, messages: &[Received]) -> Vec<Result<()>> {
        let mut outcomes: Vec<Result<()>> = Vec::with_capacity(messages.len());
        let mut batches = BTreeMap::<String, (Vec<usize>, Vec<Event>)>::new();
        for (at, message) in messages.iter().enumerate() {
            match Message::parse(&message.body) {
                Ok(Message { subscriber, event }) => {
                    let (places, events) = batches.entry(subscriber).or_default();
                    places.push(at);
                    events.push(event);
                    outcomes.push(Ok(()));
                }
                // Other machines ask for jobs here, in words of their own.
                Err(_) if *queue == JOBS => outcomes.push(self.accept_received(message).await),
                Err(error) => outcomes.push(Err(error)),
            }
        }
        for (name, (places, events)) in batches {
            let Some(subscriber) = self.subscribers.iter().find(|subscriber| subscriber.name == name) else {
                for at in places {
                    outcomes[at] = Err(Error::Internal(format!("there is no subscriber `{name}`")));
                }
                continue;
            };
            for (at, outcome) in places.into_iter().zip((subscriber.handle)(self, &events).await) {
                outcomes[at] = outcome;
            }
        }
        outcomes
    }
}
