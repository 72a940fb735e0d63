//! The consumers: what runs when something has happened. One artifact; each consumer is one Lambda function with its
//! own needs, and `cairn serve` calls the very same functions with the same event types.

mod objects;
mod poll;
mod queue;
mod set_up;
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
    kinds::{self, ACCOUNTS, AUDIT, EVENTS, IDEMPOTENCY, PIDS, RECORDS, VOCABULARIES},
    queue::{FILES, INDEX, JOBS, LOW_PRIORITY, PIDS as DOIS, Queue, STATS},
    table::OUTBOX,
};
use cairn_ports::{
    Need::{self, Consume, Index, Read, Reindex, Scan, Search, Send, Write},
    overflow::BODIES,
};
use serde_json::{Value, json};

pub use objects::note_arrivals;
pub use poll::poll;
pub use queue::consume;
pub use set_up::{Asked, set_up};
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
    /// The deployment of a version.
    Deployment,
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
    /// What its function is given.
    pub runtime: Runtime,
}

/// What the function of a consumer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runtime {
    /// Memory, in MB; CPU comes with it.
    pub memory_mb: u32,
    /// Longest run, in seconds. A queue hides messages for six times as long.
    pub timeout_s: u32,
    /// Most copies that run at once, of those that take messages. AWS: 2 to 1,000.
    pub at_once: u32,
}

impl Runtime {
    /// A batch of small things.
    const BATCH: Self = Self { memory_mb: 512, timeout_s: 30, at_once: 10 };
    /// Some questions to somebody else, who does not like to be asked much.
    const QUESTIONS: Self = Self { memory_mb: 512, timeout_s: 60, at_once: 2 };
    /// A step of a job: some seconds, or a slow answer of somebody else.
    const STEP: Self = Self { memory_mb: 1_024, timeout_s: 150, at_once: 10 };
    /// Bytes of large files.
    const BYTES: Self = Self { memory_mb: 1_024, timeout_s: 900, at_once: 10 };
    /// Whatever the clock starts.
    const TICK: Self = Self { memory_mb: 512, timeout_s: 60, at_once: 1 };
}

/// Relaying: the outbox is read and emptied, messages are sent, events archived.
const RELAYING: &[Need] = &[Read(OUTBOX), Write(OUTBOX), Write(EVENTS), Send];

/// The same for what nobody has told of: the outbox is gone through.
const SWEEPING: &[Need] = &[Scan(OUTBOX), Write(OUTBOX), Write(EVENTS), Send];

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
    Read(AUDIT),
    Scan(ACCOUNTS),
    Scan(RECORDS),
    Scan(kinds::FILES),
    Scan(kinds::STATS),
    Scan(VOCABULARIES),
    Scan(EVENTS),
    Scan(AUDIT),
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
    Reindex,
    Consume,
    Need::Outbound,
    Need::CustomFields,
];

/// Making a site ready: what it begins with is stored and indexed.
const SETTING_UP: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(kinds::FILES),
    Read(kinds::STATS),
    Read(VOCABULARIES),
    Read(kinds::JOBS),
    Read(AUDIT),
    Scan(ACCOUNTS),
    Scan(RECORDS),
    Scan(VOCABULARIES),
    Scan(AUDIT),
    Write(ACCOUNTS),
    Write(VOCABULARIES),
    Write(kinds::JOBS),
    Write(OUTBOX),
    Search,
    Index,
    Reindex,
];

/// Looking after files: their checksums, and what is left of those, and of drafts, that are gone.
const TENDING: &[Need] = &[
    Read(RECORDS),
    Write(RECORDS),
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

/// The consumer that makes a site ready: [`set_up`].
pub const SET_UP: &str = "set_up";

/// Every consumer.
pub static CONSUMERS: &[Consumer] = &[
    Consumer {
        name: "relay_outbox",
        summary: "Send new events to the queues of their subscribers",
        source: Source::Outbox,
        needs: RELAYING,
        runtime: Runtime::BATCH,
    },
    Consumer {
        name: "sweep_outbox",
        summary: "Send events again that the stream lost",
        source: Source::Every(Duration::from_mins(5), Tick::Outbox),
        needs: SWEEPING,
        runtime: Runtime::TICK,
    },
    Consumer {
        name: "note_arrivals",
        summary: "Tell the bus of objects that have arrived",
        source: Source::Objects,
        needs: &[Write(OUTBOX)],
        runtime: Runtime::BATCH,
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
            Read(AUDIT),
            Need::CustomFields,
            Write(kinds::STATS),
            Write(AUDIT),
            Search,
            Index,
            Consume,
        ],
        runtime: Runtime::BATCH,
    },
    Consumer {
        name: "consume_stats",
        summary: "Count views and downloads",
        source: Source::Queue(&STATS),
        needs: &[Read(kinds::STATS), Write(kinds::STATS), Write(OUTBOX), Need::PutObjects(USAGE), Consume],
        runtime: Runtime::BATCH,
    },
    Consumer {
        name: "consume_files",
        summary: "Complete files that were committed, remove what nobody names, and what discarded drafts leave",
        source: Source::Queue(&FILES),
        needs: TENDING,
        runtime: Runtime::BYTES,
    },
    Consumer {
        name: "consume_pids",
        summary: "Tell registries of DOIs",
        source: Source::Queue(&DOIS),
        needs: &[
            Read(RECORDS),
            Read(kinds::FILES),
            Read(kinds::STATS),
            Read(VOCABULARIES),
            Need::CustomFields,
            Read(PIDS),
            Write(PIDS),
            Consume,
            Need::Outbound,
        ],
        runtime: Runtime::QUESTIONS,
    },
    Consumer {
        name: "consume_jobs",
        summary: "Do steps of jobs, and accept messages that ask for jobs",
        source: Source::Queue(&JOBS),
        needs: WORKING,
        runtime: Runtime::STEP,
    },
    Consumer {
        name: "consume_low_priority",
        summary: "Do what nobody waits for",
        source: Source::Queue(&LOW_PRIORITY),
        needs: WORKING,
        runtime: Runtime::STEP,
    },
    Consumer {
        name: "tick_jobs",
        summary: "Start jobs that are due, and steps again that nobody seems to do",
        source: Source::Every(Duration::from_mins(1), Tick::Jobs),
        needs: &[Read(kinds::JOBS), Write(kinds::JOBS), Write(OUTBOX)],
        runtime: Runtime::TICK,
    },
    Consumer {
        name: SET_UP,
        summary: "Make a site ready for a version: indices, vocabularies, the first administrator",
        source: Source::Deployment,
        needs: SETTING_UP,
        runtime: Runtime::BYTES,
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
        Source::Deployment => Err(Error::Internal("a site is made ready by `set_up`".into())),
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
