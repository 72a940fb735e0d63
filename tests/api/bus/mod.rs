//! The event bus: outbox, queues, subscribers.

mod catalogue;
mod relay;
mod subscriber;

use cairn_core::bus::Subscriber;

use crate::support::{Extension, Site};

/// A site with one subscriber more.
pub(crate) async fn with(subscriber: &'static Subscriber) -> Site {
    Site::with(&Extension { subscribers: vec![subscriber].leak(), ..Extension::default() }).await
}
