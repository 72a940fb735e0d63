//! The audit log: what people did is kept.

use std::time::Duration;

use cairn_model::queue::INDEX;
use futures::FutureExt;

use super::Subscriber;
use crate::audit::KEPT;

/// Makes entries of the log, which can be found at once.
pub(super) static SUBSCRIBER: Subscriber = Subscriber {
    name: "audit",
    queue: &INDEX,
    delay: Duration::ZERO,
    events: KEPT,
    handle: |app, events| app.audit.keep(events).boxed(),
};
