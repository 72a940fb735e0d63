//! What Lambda's event source mapping does, for queues on one machine.

use std::{collections::BTreeSet, time::Duration};

use aws_lambda_events::sqs::SqsEvent;
use cairn_core::App;
use cairn_model::{Result, queue::Queue};

use crate::queue::{consume, delivered};

/// Receives one batch, waiting for it up to `wait` (and then for more, as long as the queue says), has it acted on, and
/// deletes what did not fail. Tells how many messages came.
///
/// # Errors
/// Those of the queue.
pub async fn poll(app: &App, queue: &'static Queue, wait: Duration) -> Result<usize> {
    let queues = &app.shared.ports.queues;
    let mut messages = queues.receive(queue, queue.batch, wait).await?;
    if messages.is_empty() {
        return Ok(0);
    }
    let window = Duration::from_secs(queue.window().into()).min(wait);
    if messages.len() < queue.batch && !window.is_zero() {
        tokio::time::sleep(window).await;
        messages.extend(queues.receive(queue, queue.batch - messages.len(), Duration::ZERO).await?);
    }
    let mut event = SqsEvent::default();
    event.records = messages.iter().map(|message| delivered(queue, message)).collect();
    let response = consume(app, queue, event).await;
    let failed: BTreeSet<&str> =
        response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
    let count = messages.len();
    let done: Vec<_> = messages.into_iter().filter(|message| !failed.contains(message.id.as_str())).collect();
    queues.delete(queue, &done).await?;
    Ok(count)
}
