//! The consumers: what runs when something has happened. One artifact; each consumer is one Lambda function with its
//! own needs, and `cairn serve` calls the very same functions with the same event types.

mod poll;
mod queue;
mod stream;

use std::time::Duration;

use aws_lambda_events::{dynamodb, sqs::SqsEvent};
use cairn_core::App;
use cairn_model::{
    Error, Result,
    kinds::{ACCOUNTS, EVENTS, RECORDS, VOCABULARIES},
    queue::{INDEX, Queue},
    table::OUTBOX,
};
use cairn_ports::Need::{self, Consume, Index, Read, Send, Write};
use serde_json::{Value, json};

pub use poll::poll;
pub use queue::consume;
pub use stream::relay_stream;

/// What starts a consumer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Source {
    /// New rows of the outbox, by its stream.
    Outbox,
    /// Messages of a queue, in batches.
    Queue(&'static Queue),
    /// The clock, every so often.
    Every(Duration),
}

/// A function that runs when something has happened.
#[derive(Debug)]
pub struct Consumer {
    /// Its name: `_HANDLER` of its function.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// What starts it.
    pub source: Source,
    /// What it may touch.
    pub needs: &'static [Need],
}

/// Relaying: the outbox is read and emptied, messages are sent, events archived.
const RELAYING: &[Need] = &[Read(OUTBOX), Write(OUTBOX), Write(EVENTS), Send];

/// Every consumer.
pub static CONSUMERS: &[Consumer] = &[
    Consumer {
        name: "relay_outbox",
        summary: "Send new events to the queues of their subscribers",
        source: Source::Outbox,
        needs: RELAYING,
    },
    Consumer {
        name: "sweep_outbox",
        summary: "Send events again that the stream lost",
        source: Source::Every(Duration::from_mins(5)),
        needs: RELAYING,
    },
    Consumer {
        name: "consume_index",
        summary: "Index what has changed",
        source: Source::Queue(&INDEX),
        needs: &[Read(RECORDS), Read(ACCOUNTS), Read(VOCABULARIES), Index, Consume],
    },
];

/// The consumer of this name.
pub fn find(name: &str) -> Option<&'static Consumer> {
    CONSUMERS.iter().find(|consumer| consumer.name == name)
}

/// Runs a consumer on an event as Lambda delivers it; answers what Lambda expects of this sort of consumer.
///
/// # Errors
/// [`Error::BadRequest`] for an event that is none of its sort; of relaying, those of store and queues. Lambda delivers
/// the event again.
pub async fn run(app: &App, consumer: &Consumer, event: Value) -> Result<Value> {
    let unreadable =
        |error: serde_json::Error| Error::BadRequest(format!("the event cannot be read: {error}"));
    match consumer.source {
        Source::Outbox => {
            let event: dynamodb::Event = serde_json::from_value(event).map_err(unreadable)?;
            relay_stream(app, &event).await?;
            Ok(json!({"batchItemFailures": []}))
        }
        Source::Queue(queue) => {
            let event: SqsEvent = serde_json::from_value(event).map_err(unreadable)?;
            serde_json::to_value(consume(app, queue, event).await).map_err(unreadable)
        }
        Source::Every(_) => {
            let swept = app.sweep_outbox().await?;
            Ok(json!({"events": swept.events, "messages": swept.messages}))
        }
    }
}
