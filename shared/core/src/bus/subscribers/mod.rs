//! Those who act on events: one file and one line each.

mod dependents;
mod dois;
mod fetch;
mod files;
mod index;
mod jobs;
mod rebuild;
mod usage;

use std::time::Duration;

use cairn_model::{Event, Result, queue::Queue};
use futures::future::BoxFuture;

use crate::app::App;

/// Every subscriber.
pub static SUBSCRIBERS: &[&Subscriber] = &[
    &index::SUBSCRIBER,
    &dependents::SUBSCRIBER,
    &dependents::LATE_SUBSCRIBER,
    &dois::SUBSCRIBER,
    &files::SUBSCRIBER,
    &fetch::SUBSCRIBER,
    &jobs::JOBS_SUBSCRIBER,
    &jobs::LOW_SUBSCRIBER,
    &rebuild::SUBSCRIBER,
    &usage::SUBSCRIBER,
    &usage::INDEX_SUBSCRIBER,
];

/// Acts on a batch of events; gives the outcome of each, in their order.
pub type Handle = for<'a> fn(&'a App, &'a [Event]) -> BoxFuture<'a, Vec<Result<()>>>;

/// Somebody who acts on events.
#[derive(Clone, Copy)]
pub struct Subscriber {
    /// Its name, which messages carry.
    pub name: &'static str,
    /// Where its messages wait.
    pub queue: &'static Queue,
    /// How long events wait before they come; AWS: at most 15 minutes.
    pub delay: Duration,
    /// The types of events it wants: `record.published`, `record.*` or `*`; none of those named with `!` before.
    pub events: &'static [&'static str],
    /// Acts on a batch and gives the outcome of each event, in their order. Events come in any order, and again: it
    /// reads afresh what it acts on.
    pub handle: Handle,
}

impl Subscriber {
    /// Whether it wants events of this type.
    pub fn wants(&self, kind: &str) -> bool {
        if self.events.iter().any(|unwanted| unwanted.strip_prefix('!') == Some(kind)) {
            return false;
        }
        self.events.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some(beginning) => kind.starts_with(beginning),
            None => *wanted == kind,
        })
    }
}
