//! Usage: views and downloads are counted, and the index follows.

use std::time::Duration;

use cairn_model::{
    Error, Event, Result,
    queue::{INDEX, STATS},
};
use futures::{FutureExt, future::join_all};

use super::Subscriber;
use crate::app::App;

/// How long the index waits for more of the same.
const MINUTE: Duration = Duration::from_mins(1);

/// Counts what is viewed and downloaded.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "usage",
    queue: &STATS,
    delay: Duration::ZERO,
    events: &["record.viewed", "file.downloaded", "archive.downloaded"],
    handle: |app, events| app.stats.count(events).boxed(),
};

/// Brings the numbers in the index up to date.
pub(super) static INDEX_SUBSCRIBER: Subscriber = Subscriber {
    name: "usage_index",
    queue: &INDEX,
    delay: MINUTE,
    events: &["usage.counted"],
    handle: |app, events| follow(app, events).boxed(),
};

async fn follow(app: &App, events: &[Event]) -> Vec<Result<()>> {
    let parents = events.iter().map(|event| event.subject.split_once('/').map_or("", |(_, parent)| parent));
    let mut outcomes = join_all(parents.map(|parent| app.stats.refresh(parent))).await;
    if let Err(error) = app.shared.ports.search.settled().await {
        let failed = Error::from(error);
        outcomes.fill(Err(failed));
    }
    outcomes
}
