//! Operations on dead letters.

mod list;
mod replay;

use cairn_model::queue::LOW_PRIORITY;

use crate::support::Site;

/// Polls until the queue has nothing for now, as often as its messages come back.
async fn drain(site: &Site) {
    for _ in 0..=LOW_PRIORITY.receives {
        site.poll(&LOW_PRIORITY).await;
        site.clock.advance(3_600);
    }
}
