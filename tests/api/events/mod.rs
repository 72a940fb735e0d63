//! Operations on the archive of events.

mod archive;
mod replay;

use std::sync::Mutex;

use cairn_core::bus::{Handle, Subscriber};
use cairn_model::{Event, Result, queue::LOW_PRIORITY};

/// Hears of new drafts. Each test has one of its own: all run in one process.
const fn listener(handle: Handle) -> Subscriber {
    Subscriber {
        name: "listener",
        queue: &LOW_PRIORITY,
        delay: std::time::Duration::ZERO,
        events: &["draft.created"],
        handle,
    }
}

/// Notes which events were heard.
async fn hear(events: &[Event], heard: &Mutex<Vec<String>>) -> Vec<Result<()>> {
    heard.lock().unwrap().extend(events.iter().map(|event| event.id.clone()));
    vec![Ok(()); events.len()]
}
