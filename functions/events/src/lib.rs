//! The consumers: what runs when something has happened. One artifact; each consumer is one Lambda function with its
//! own needs, and `cairn serve` calls the very same functions with the same event types.

mod objects;
mod poll;
mod queue;
mod stream;

use std::time::Duration;

use aws_lambda_events::{dynamodb, s3::S3Event, sqs::SqsEvent};
use cairn_core::{
    App,
    bus::ARCHIVE,
    files::{INBOX, OBJECTS, PARTS, REPLIES},
    stats::USAGE,
};
use cairn_model::{
    Error, Result,
    kinds::{self, ACCOUNTS, EVENTS, IDEMPOTENCY, PIDS, RECORDS, VOCABULARIES},
    queue::{FILES, INDEX, JOBS, LOW_PRIORITY, Queue, STATS},
    table::OUTBOX,
};
use cairn_ports::{
    Need::{self, Consume, Index, Read, Search, Send, Write},
    overflow::BODIES,
};
use serde_json::{Value, json};

pub use objects::note_arrivals;
pub use poll::poll;
pub use queue::consume;
pub use stream::relay_stream;

/// What starts a consumer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Source {
    /// New rows of the outbox, by its stream.
    Outbox,
    /// New objects, by the notifications of their storage.
    Objects,
    /// Messages of a queue, in batches.
    Queue(&'static Queue),
    /// The clock, every so often.
    Every(Duration, Tick),
}

/// What the clock starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// Events are sent again that the stream lost.
    Outbox,
    /// Jobs that are due are started, and steps tried again that nobody seems to do.
    Jobs,
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

/// Doing steps of jobs: whatever a task does in the name of whoever started it.
const WORKING: &[Need] = &[
    Read(kinds::JOBS),
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(kinds::FILES),
    Read(kinds::STATS),
    Read(PIDS),
    Read(IDEMPOTENCY),
    Read(VOCABULARIES),
    Read(EVENTS),
    Write(kinds::JOBS),
    Write(RECORDS),
    Write(kinds::FILES),
    Write(kinds::STATS),
    Write(PIDS),
    Write(IDEMPOTENCY),
    Write(VOCABULARIES),
    Write(EVENTS),
    Write(OUTBOX),
    Need::GetObjects(OBJECTS),
    Need::PutObjects(OBJECTS),
    Need::DeleteObjects(OBJECTS),
    Need::ListObjects(OBJECTS),
    Need::DeleteObjects(PARTS),
    Need::ListObjects(PARTS),
    Need::DeleteObjects(REPLIES),
    Need::ListObjects(REPLIES),
    Need::PutObjects(ARCHIVE),
    Need::DeleteObjects(ARCHIVE),
    Need::ListObjects(ARCHIVE),
    Need::GetObjects(USAGE),
    Need::ListObjects(USAGE),
    Need::GetObjects(BODIES),
    Need::DeleteObjects(BODIES),
    Need::ListObjects(BODIES),
    Search,
    Index,
    Consume,
    Need::Outbound,
];

/// Looking after files: their checksums, and what is left of those that are gone.
const TENDING: &[Need] = &[
    Read(RECORDS),
    Read(kinds::FILES),
    Write(kinds::FILES),
    Write(OUTBOX),
    Need::GetObjects(OBJECTS),
    Need::PutObjects(OBJECTS),
    Need::DeleteObjects(OBJECTS),
    Need::ListObjects(OBJECTS),
    Need::DeleteObjects(PARTS),
    Need::ListObjects(PARTS),
    Need::GetObjects(INBOX),
    Need::DeleteObjects(INBOX),
    Consume,
];

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
        source: Source::Every(Duration::from_mins(5), Tick::Outbox),
        needs: RELAYING,
    },
    Consumer {
        name: "note_arrivals",
        summary: "Tell the bus of objects that have arrived",
        source: Source::Objects,
        needs: &[Write(OUTBOX)],
    },
    Consumer {
        name: "consume_index",
        summary: "Index what has changed",
        source: Source::Queue(&INDEX),
        needs: &[
            Read(RECORDS),
            Read(kinds::FILES),
            Read(kinds::STATS),
            Read(ACCOUNTS),
            Read(VOCABULARIES),
            Write(kinds::STATS),
            Search,
            Index,
            Consume,
        ],
    },
    Consumer {
        name: "consume_stats",
        summary: "Count views and downloads",
        source: Source::Queue(&STATS),
        needs: &[Read(kinds::STATS), Write(kinds::STATS), Write(OUTBOX), Need::PutObjects(USAGE), Consume],
    },
    Consumer {
        name: "consume_files",
        summary: "Complete files that were committed, remove what nobody names",
        source: Source::Queue(&FILES),
        needs: TENDING,
    },
    Consumer {
        name: "consume_jobs",
        summary: "Do steps of jobs, and accept messages that ask for jobs",
        source: Source::Queue(&JOBS),
        needs: WORKING,
    },
    Consumer {
        name: "consume_low_priority",
        summary: "Do what nobody waits for",
        source: Source::Queue(&LOW_PRIORITY),
        needs: WORKING,
    },
    Consumer {
        name: "tick_jobs",
        summary: "Start jobs that are due, and steps again that nobody seems to do",
        source: Source::Every(Duration::from_mins(1), Tick::Jobs),
        needs: &[Read(kinds::JOBS), Write(kinds::JOBS), Write(OUTBOX)],
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
        Source::Objects => {
            let event: S3Event = serde_json::from_value(event).map_err(unreadable)?;
            Ok(json!({"arrived": note_arrivals(app, &event).await?}))
        }
        Source::Queue(queue) => {
            let event: SqsEvent = serde_json::from_value(event).map_err(unreadable)?;
            serde_json::to_value(consume(app, queue, event).await).map_err(unreadable)
        }
        Source::Every(_, Tick::Jobs) => {
            let ticked = app.tick().await?;
            Ok(json!({"started": ticked.started, "revived": ticked.revived}))
        }
        Source::Every(_, Tick::Outbox) => {
            let swept = app.sweep_outbox().await?;
            Ok(json!({"events": swept.events, "messages": swept.messages}))
        }
    }
}
