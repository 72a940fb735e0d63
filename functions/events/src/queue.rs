//! Batches of messages.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use cairn_core::App;
use cairn_model::{Timestamp, queue::Queue};
use cairn_ports::queue::Received;

/// Acts on a batch; names the messages that failed, and only they come again.
pub async fn consume(app: &App, queue: &'static Queue, event: SqsEvent) -> SqsBatchResponse {
    let messages: Vec<Received> = event.records.into_iter().map(received).collect();
    let mut response = SqsBatchResponse::default();
    for failed in app.consume(queue, &messages).await {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = failed.id;
        response.batch_item_failures.push(failure);
    }
    response
}

fn received(message: SqsMessage) -> Received {
    let number = |name: &str| message.attributes.get(name).and_then(|text| text.parse::<i64>().ok());
    Received {
        receives: number("ApproximateReceiveCount").and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
        sent: Timestamp::from_micros(number("SentTimestamp").unwrap_or(0).saturating_mul(1_000)),
        sender: message.attributes.get("SenderId").cloned().unwrap_or_default(),
        id: message.message_id.unwrap_or_default(),
        receipt: message.receipt_handle.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
    }
}

/// The message as SQS hands it to a function.
pub(crate) fn delivered(queue: &Queue, received: &Received) -> SqsMessage {
    let mut message = SqsMessage::default();
    message.message_id = Some(received.id.clone());
    message.receipt_handle = Some(received.receipt.clone());
    message.body = Some(received.body.clone());
    message.event_source = Some("aws:sqs".into());
    message.event_source_arn = Some(format!("arn:aws:sqs:local:000000000000:{queue}"));
    message.attributes = [
        ("ApproximateReceiveCount".to_owned(), received.receives.to_string()),
        ("SenderId".to_owned(), received.sender.clone()),
        ("SentTimestamp".to_owned(), (received.sent.micros() / 1_000).to_string()),
    ]
    .into();
    message
}
