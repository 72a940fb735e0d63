//! Queues on SQS: standard queues, each with a dead-letter queue and a redrive policy.

mod client;
mod dead;
mod setup;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::{
    Client,
    error::DisplayErrorContext,
    operation::receive_message::builders::ReceiveMessageFluentBuilder,
    types::{
        DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName,
        SendMessageBatchRequestEntry,
    },
};
use cairn_model::{Timestamp, queue::Queue};
use cairn_ports::queue::{
    DeadLetter, Depth, LONGEST_BODY, LONGEST_HIDING, QueueError, Queues, Received, check_bodies,
};

pub use self::{
    client::{client_from_env, local_client},
    setup::create_queues,
};

/// Most entries of one call. AWS: 10.
const BATCH: usize = 10;
/// How often the entries of a batch that were refused for no fault of theirs are sent.
const ATTEMPTS: usize = 4;
/// The longest wait of one call. AWS: 20 seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// The queues of a site on SQS.
#[derive(Debug, Clone)]
pub struct SqsQueues {
    client: Client,
    base: String,
}

impl SqsQueues {
    /// The queues whose addresses begin with `base`: queue `index` is `<base>index`, its dead-letter queue
    /// `<base>index-dead`.
    pub fn new(client: Client, base: String) -> Self {
        Self { client, base }
    }

    fn url(&self, name: &str) -> String {
        format!("{}{name}", self.base)
    }

    fn receiving(&self, name: &str, most: usize, wait: Duration) -> ReceiveMessageFluentBuilder {
        let seconds = wait.min(LONGEST_WAIT).as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.client
            .receive_message()
            .queue_url(self.url(name))
            .max_number_of_messages(i32::try_from(most.min(BATCH)).unwrap_or(1))
            .wait_time_seconds(i32::try_from(seconds).unwrap_or(20))
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
    }

    /// Sends one batch; sends again what the service says it could not take.
    async fn send_batch(&self, queue: &Queue, bodies: &[String], delay: Duration) -> Result<(), QueueError> {
        let delay = i32::try_from(delay.as_secs()).unwrap_or(i32::MAX);
        let entry = |(at, body): (usize, &String)| {
            SendMessageBatchRequestEntry::builder()
                .id(at.to_string())
                .message_body(body)
                .delay_seconds(delay)
                .build()
        };
        let mut entries =
            bodies.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>().map_err(unavailable)?;
        for _ in 0..ATTEMPTS {
            let sent = self
                .client
                .send_message_batch()
                .queue_url(self.url(queue.name))
                .set_entries(Some(entries.clone()))
                .send()
                .await
                .map_err(unavailable)?;
            if let Some(refused) = sent.failed.iter().find(|failed| failed.sender_fault) {
                let why = refused.message().unwrap_or(refused.code());
                return Err(QueueError::Unavailable(why.to_owned()));
            }
            entries.retain(|entry| sent.failed.iter().any(|failed| failed.id == entry.id));
            if entries.is_empty() {
                return Ok(());
            }
        }
        Err(QueueError::Unavailable("some messages of a batch were not taken".into()))
    }
}

#[async_trait]
impl Queues for SqsQueues {
    async fn send(
        &self,
        queue: &'static Queue,
        bodies: Vec<String>,
        delay: Duration,
    ) -> Result<(), QueueError> {
        check_bodies(&bodies)?;
        for batch in batches(&bodies) {
            self.send_batch(queue, batch, delay).await?;
        }
        Ok(())
    }

    async fn receive(
        &self,
        queue: &'static Queue,
        most: usize,
        wait: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        let (mut messages, mut wait) = (Vec::new(), wait);
        while messages.len() < most {
            let answer = self
                .receiving(queue.name, most - messages.len(), wait)
                .visibility_timeout(seconds(queue.visibility))
                .send()
                .await
                .map_err(unavailable)?;
            let came = answer.messages.unwrap_or_default();
            if came.is_empty() {
                break;
            }
            messages.extend(came.into_iter().map(received));
            wait = Duration::ZERO;
        }
        Ok(messages)
    }

    async fn delete(&self, queue: &'static Queue, messages: &[Received]) -> Result<(), QueueError> {
        for batch in messages.chunks(BATCH) {
            let entry = |(at, message): (usize, &Received)| {
                DeleteMessageBatchRequestEntry::builder()
                    .id(at.to_string())
                    .receipt_handle(&message.receipt)
                    .build()
            };
            let entries =
                batch.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>().map_err(unavailable)?;
            // Entries that fail are leases that are over: the message comes again.
            self.client
                .delete_message_batch()
                .queue_url(self.url(queue.name))
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(unavailable)?;
        }
        Ok(())
    }

    async fn hide(
        &self,
        queue: &'static Queue,
        message: &Received,
        for_seconds: u32,
    ) -> Result<(), QueueError> {
        let hidden = self
            .client
            .change_message_visibility()
            .queue_url(self.url(queue.name))
            .receipt_handle(&message.receipt)
            .visibility_timeout(seconds(for_seconds.min(LONGEST_HIDING)))
            .send()
            .await;
        match hidden {
            Err(error) if error.as_service_error().is_none() => Err(unavailable(error)),
            // What the service refuses is a lease that is over.
            _ => Ok(()),
        }
    }

    async fn bury(&self, queue: &'static Queue, message: &Received, error: &str) -> Result<(), QueueError> {
        self.send_dead(queue, &message.body, error).await?;
        self.delete(queue, std::slice::from_ref(message)).await
    }

    async fn depth(&self, queue: &'static Queue) -> Result<Depth, QueueError> {
        use QueueAttributeName::{
            ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
            ApproximateNumberOfMessagesNotVisible,
        };
        let count = async |name: String| {
            let answer = self
                .client
                .get_queue_attributes()
                .queue_url(self.url(&name))
                .attribute_names(ApproximateNumberOfMessages)
                .attribute_names(ApproximateNumberOfMessagesNotVisible)
                .attribute_names(ApproximateNumberOfMessagesDelayed)
                .send()
                .await
                .map_err(unavailable)?;
            let attributes = answer.attributes.unwrap_or_default();
            let number = |name| attributes.get(&name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
            let hidden =
                number(ApproximateNumberOfMessagesNotVisible) + number(ApproximateNumberOfMessagesDelayed);
            Ok::<_, QueueError>((number(ApproximateNumberOfMessages), hidden))
        };
        let (waiting, hidden) = count(queue.name.to_owned()).await?;
        let (dead, looked_at) = count(queue.dead()).await?;
        Ok(Depth { waiting, hidden, dead: dead + looked_at, oldest: None })
    }

    async fn dead_letters(&self, queue: &'static Queue, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        self.look_at_dead(queue, most).await
    }

    async fn replay(&self, queue: &'static Queue, ids: Option<&[String]>) -> Result<usize, QueueError> {
        self.replay_dead(queue, ids).await
    }
}

/// Batches of at most ten bodies, together no longer than one may be.
fn batches(bodies: &[String]) -> Vec<&[String]> {
    let (mut batches, mut first, mut bytes) = (Vec::new(), 0, 0);
    for (at, body) in bodies.iter().enumerate() {
        if at > first && (at - first == BATCH || bytes + body.len() > LONGEST_BODY) {
            batches.push(&bodies[first..at]);
            (first, bytes) = (at, 0);
        }
        bytes += body.len();
    }
    if first < bodies.len() {
        batches.push(&bodies[first..]);
    }
    batches
}

fn received(message: Message) -> Received {
    let receives = attribute(&message, &MessageSystemAttributeName::ApproximateReceiveCount);
    Received {
        receives: receives.and_then(|text| text.parse().ok()).unwrap_or(1),
        sent: sent(&message),
        sender: attribute(&message, &MessageSystemAttributeName::SenderId).unwrap_or_default().to_owned(),
        id: message.message_id.unwrap_or_default(),
        receipt: message.receipt_handle.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
    }
}

fn attribute<'a>(message: &'a Message, name: &MessageSystemAttributeName) -> Option<&'a str> {
    message.attributes.as_ref()?.get(name).map(String::as_str)
}

fn sent(message: &Message) -> Timestamp {
    let milliseconds = attribute(message, &MessageSystemAttributeName::SentTimestamp);
    let milliseconds: i64 = milliseconds.and_then(|text| text.parse().ok()).unwrap_or(0);
    Timestamp::from_micros(milliseconds.saturating_mul(1_000))
}

fn seconds(seconds: u32) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

/// The service did not do it. The chain of causes says more than the outermost error.
fn unavailable(error: impl std::error::Error) -> QueueError {
    QueueError::Unavailable(DisplayErrorContext(error).to_string())
}

#[cfg(test)]
mod tests {
    use cairn_model::queue::INDEX;

    use super::*;

    #[tokio::test]
    async fn an_error_tells_its_causes() {
        // Nobody listens on the first port.
        let queues = SqsQueues::new(local_client("http://127.0.0.1:1").await, "http://127.0.0.1:1/x/".into());
        let refused = queues.depth(&INDEX).await.unwrap_err().to_string();
        assert!(refused.contains("Connection refused"), "{refused}");
    }
}
