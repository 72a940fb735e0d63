//! Dead letters: SQS has no way to look at messages but to receive them, and let them go again.

use std::time::Duration;

use aws_sdk_sqs::types::{Message, MessageAttributeValue};
use cairn_model::queue::Queue;
use cairn_ports::queue::{DeadLetter, QueueError};

use super::{SqsQueues, sent, unavailable};

/// The attribute that says why a message died.
const ERROR: &str = "Error";
/// The longest error that is kept, in characters.
const LONGEST_ERROR: usize = 1_000;
/// How long messages stay hidden while they are looked at, in seconds.
const LOOK: i32 = 30;

impl SqsQueues {
    pub(super) async fn send_dead(&self, queue: &Queue, body: &str, error: &str) -> Result<(), QueueError> {
        // SQS takes what XML 1.0 takes.
        let error: String =
            error.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_ERROR).collect();
        let attribute = MessageAttributeValue::builder().data_type("String").string_value(error).build();
        self.client
            .send_message()
            .queue_url(self.url(&queue.dead()))
            .message_body(body)
            .message_attributes(ERROR, attribute.map_err(unavailable)?)
            .send()
            .await
            .map_err(unavailable)?;
        Ok(())
    }

    pub(super) async fn look_at_dead(
        &self,
        queue: &Queue,
        most: usize,
    ) -> Result<Vec<DeadLetter>, QueueError> {
        let mut letters = Vec::new();
        let mut looked_at = Vec::new();
        while letters.len() < most {
            let messages = self.receive_dead(queue, most - letters.len()).await?;
            if messages.is_empty() {
                break;
            }
            letters.extend(messages.iter().map(|message| letter(queue, message)));
            looked_at.extend(messages);
        }
        self.let_go(queue, looked_at).await?;
        letters.sort_by_key(|letter: &DeadLetter| letter.died);
        Ok(letters)
    }

    pub(super) async fn replay_dead(
        &self,
        queue: &Queue,
        ids: Option<&[String]>,
    ) -> Result<usize, QueueError> {
        let (mut count, mut others) = (0, Vec::new());
        loop {
            let messages = self.receive_dead(queue, super::BATCH).await?;
            if messages.is_empty() {
                break;
            }
            for message in messages {
                let wanted = ids.is_none_or(|ids| {
                    ids.iter().any(|id| Some(id.as_str()) == message.message_id.as_deref())
                });
                if wanted {
                    self.revive(queue, &message).await?;
                    count += 1;
                } else {
                    others.push(message);
                }
            }
        }
        self.let_go(queue, others).await?;
        Ok(count)
    }

    async fn receive_dead(&self, queue: &Queue, most: usize) -> Result<Vec<Message>, QueueError> {
        let receiving = self.receiving(&queue.dead(), most, Duration::ZERO).visibility_timeout(LOOK);
        Ok(receiving.send().await.map_err(unavailable)?.messages.unwrap_or_default())
    }

    /// Sent first, deleted then: between the two it is there twice, never not at all.
    async fn revive(&self, queue: &Queue, message: &Message) -> Result<(), QueueError> {
        let body = message.body.clone().unwrap_or_default();
        self.send_batch(queue, &[body], Duration::ZERO).await?;
        self.client
            .delete_message()
            .queue_url(self.url(&queue.dead()))
            .receipt_handle(message.receipt_handle.as_deref().unwrap_or_default())
            .send()
            .await
            .map_err(unavailable)?;
        Ok(())
    }

    async fn let_go(&self, queue: &Queue, messages: Vec<Message>) -> Result<(), QueueError> {
        for message in messages {
            self.client
                .change_message_visibility()
                .queue_url(self.url(&queue.dead()))
                .receipt_handle(message.receipt_handle.unwrap_or_default())
                .visibility_timeout(0)
                .send()
                .await
                .map_err(unavailable)?;
        }
        Ok(())
    }
}

fn letter(queue: &Queue, message: &Message) -> DeadLetter {
    let told =
        message.message_attributes.as_ref().and_then(|attributes| attributes.get(ERROR)?.string_value());
    let error =
        told.map_or_else(|| format!("received {} times without success", queue.receives), str::to_owned);
    DeadLetter {
        id: message.message_id.clone().unwrap_or_default(),
        body: message.body.clone().unwrap_or_default(),
        error,
        died: sent(message),
    }
}
